"""The portal inside a company's website: its pages in frames, the script that shows them there, and the doctor.

A request for a page in a frame, `/embed/in/https:www.example.com,de/inbox/claims/`, passes in this order:

1. `middleware.script_files` answers `/embed/v1.js`, its types and its npm package at once, and the style sheets and
   logos that websites' frames have of their own: `views.script`, `views.package`, `views.brand`. The script's texts are
   in `labels`.
2. `middleware.FrameMiddleware` takes the path apart (`frames.parse`), looks the website up in the admin and the
   settings (`frames.resolve`, `models.Website`), and sets `request.frame`. It refuses an origin that is not listed. The
   rest of the portal then sees the page's ordinary path, and the frame's own cookies under the ordinary names
   (`cookies.unscope`).
3. `middleware.LimitSecureboxesMiddleware` notes which secureboxes the website shows; `inbox.access` opens only those.
4. Before the view runs, `FrameMiddleware.process_view` asks `frame_policy` whether this page may be framed there.
5. The view is the ordinary one. URLs that it reverses stay in the frame; `{% unframed_url %}` leads out of it.
6. On the way back, `cookies.scope` makes cookies the frame's own, and `frame_policy.allow_framing` lets this one
   origin show the page.

What only frames ask for: `views.frame` (the hidden page and the session's state), `views.hand_off` (the company's
website signs its customer in), `views.window` (the same user in a window outside the frame). Apps do without frames:
`views.app`.

Operators list websites, give them a look (`brand`) and check them in `admin`; `doctor` holds the checks. `origins`
compares origins and sites.
"""
