from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    """Shows each mail in the terminal as its reader would see it: without the HTML, and without its envelope."""

    def write_message(self, message: EmailMessage) -> None:
        words = f"\n  To {', '.join(message.to)}: {message.subject}\n\n{message.body}\n"
        self.stream.write(words.replace("\n", "\n  | ") + "\n\n")
