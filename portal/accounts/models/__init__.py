from portal.accounts.models.activity import Activity, ActivityQuerySet
from portal.accounts.models.company import Company, CompanyKey
from portal.accounts.models.consumer import Consumer, ConsumerManager, ConsumerRequest
from portal.accounts.models.handoff import SpentToken, WindowCode
from portal.accounts.models.invitation import Invitation
from portal.accounts.models.mail import PortalMail

__all__ = (
    "Activity",
    "ActivityQuerySet",
    "Company",
    "CompanyKey",
    "Consumer",
    "ConsumerManager",
    "ConsumerRequest",
    "Invitation",
    "PortalMail",
    "SpentToken",
    "WindowCode",
)
