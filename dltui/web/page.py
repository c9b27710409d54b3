"""The page around the terminal. Nothing in it comes from elsewhere."""

from __future__ import annotations

from html import escape

FONT = 16
POLICY = ("default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          " font-src 'self'; connect-src 'self' ws://{host}; frame-ancestors 'none'; base-uri 'none'")
HEADERS = {
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
STYLE = """\
@font-face { font-family: 'Roboto Mono'; src: url(static/fonts/RobotoMono-VariableFont_wght.ttf); font-weight: 100 700 }
html, body { margin: 0; height: 100%; background: #10141a; color: #d7dde5; font: 16px system-ui, sans-serif }
#terminal { width: 100vw; height: 100vh }
p { position: absolute; inset: 40% 0 auto; text-align: center; margin: 0 }
#over, body.-first-byte #wait, body.-closed #wait { display: none }
body.-closed #over { display: block } body.-closed #terminal { display: none } a { color: #7cc4ff }"""


def page(title: str, host: str, path: str) -> str:
    """`host`: as the browser calls this server, with the port; `path`: where everything is, ending in a slash."""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<link rel="stylesheet" href="static/css/xterm.css">
<style>
{STYLE}
</style>
<script src="static/js/textual.js"></script>
</head>
<body>
<p id="wait" role="status">The lab is starting.</p>
<p id="over">This lab is closed. <a href="">Open it again</a></p>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://{escape(host + path)}ws"
 data-font-size="{FONT}"></div>
</body>
</html>
"""
