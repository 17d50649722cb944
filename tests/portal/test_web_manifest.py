from django.conf import settings


def test_the_portal_can_be_put_on_a_home_screen(client):
    answer = client.get("/accounts/login/")
    assert '<link rel="manifest" href="/manifest.webmanifest">' in answer.content.decode()
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json" and not manifest.cookies
    said = manifest.json()
    assert said["name"] == settings.PORTAL_NAME and said["start_url"] == "/"
    assert said["icons"][0]["src"].startswith("/static/brand/logo") and said["theme_color"].startswith("#")
