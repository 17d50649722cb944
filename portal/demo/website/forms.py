from typing import Any

from django import forms

from portal.demo.website import customers


class SignInForm(forms.Form):
    """A valid form sets `customer`."""

    customer: customers.Customer | None = None

    email = forms.EmailField(
        label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        self.customer = customers.authenticate(given.get("email", ""), given.get("password", ""))
        if not self.errors and not self.customer:
            raise forms.ValidationError("We know no customer by this address and password.")
        return given
