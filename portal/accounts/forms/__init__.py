"""Forms by subject. `allauth` has django-allauth's forms with the portal's texts: see ACCOUNT_FORMS and MFA_FORMS."""
