from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    """Shows the text of each mail in the terminal, without HTML and headers."""

    def write_message(self, message: EmailMessage) -> None:
        text = f"\n  To {', '.join(message.to)}: {message.subject}\n\n{message.body}\n"
        self.stream.write(text.replace("\n", "\n  | ") + "\n\n")
