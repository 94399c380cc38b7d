// The charts, the page and its style, carried in the program as they are in their files.
#define CARRY(name, file)       \
    .global spate_##name;       \
    .global spate_##name##_end; \
    spate_##name:               \
    .incbin file;               \
    spate_##name##_end:

    .section .rodata
CARRY(charts_js, "bundle/charts.js")
CARRY(charts_bytecode, "charts.bytecode")
CARRY(charts_sha256, "bundle/charts.sha256")
CARRY(licences, "bundle/LICENSES.txt")
CARRY(page_html, "page/page.html")
CARRY(page_css, "page/page.css")
    .section .note.GNU-stack, "", @progbits
