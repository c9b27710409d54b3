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

ICON = ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16'"
        " height='16' rx='3' fill='%2310141a'/%3E%3Cpath d='M2 13c8 0 4-10 12-10' stroke='%237cc4ff' stroke-width='2'"
        " fill='none'/%3E%3C/svg%3E")
"""A logistic curve. Browsers would ask for an icon at an address without the secret."""
SCRIPT = """\
// Keys go to the lab from the start, without a click; when it is closed, enter opens it again.
addEventListener("load", () => {
  const keys = document.querySelector(".xterm-helper-textarea"), again = document.querySelector("#over a");
  new MutationObserver(() => {
    const state = document.body.classList;
    if (state.contains("-closed")) again.focus();
    else if (state.contains("-first-byte")) keys.focus();
  }).observe(document.body, { attributeFilter: ["class"] });
});
"""
"""Beside Textual's own script, which must come first. Before the first byte there is nobody to tell of the focus."""


def page(title: str, host: str, path: str) -> str:
    """`host`: as the browser calls this server, with the port; `path`: where everything is, ending in a slash."""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<link rel="icon" href="{ICON}">
<link rel="stylesheet" href="static/css/xterm.css">
<style>
{STYLE}
</style>
<script src="static/js/textual.js"></script>
<script src="keys.js"></script>
</head>
<body>
<p id="wait" role="status">The lab is starting.</p>
<p id="over">This lab is closed. <a href="">Open it again</a></p>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://{escape(host + path)}ws"
 data-font-size="{FONT}"></div>
</body>
</html>
"""
