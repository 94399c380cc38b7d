#include "reports/charts/bundle.h"

// The names of the symbols in bundle.S.
extern "C" {
extern const char spate_charts_js[];
extern const char spate_charts_js_end[];
extern const char spate_charts_bytecode[];
extern const char spate_charts_bytecode_end[];
extern const char spate_charts_sha256[];
extern const char spate_charts_sha256_end[];
extern const char spate_licences[];
extern const char spate_licences_end[];
extern const char spate_page_html[];
extern const char spate_page_html_end[];
extern const char spate_page_css[];
extern const char spate_page_css_end[];
}

namespace reports::bundle {

std::string_view charts_js() {
    return {spate_charts_js, spate_charts_js_end};
}

std::string_view charts_bytecode() {
    return {spate_charts_bytecode, spate_charts_bytecode_end};
}

std::string_view charts_sha256() {
    return {spate_charts_sha256, spate_charts_sha256_end};
}

std::string_view licences() {
    return {spate_licences, spate_licences_end};
}

std::string_view page_html() {
    return {spate_page_html, spate_page_html_end};
}

std::string_view page_css() {
    return {spate_page_css, spate_page_css_end};
}

}  // namespace reports::bundle
