// The files that the program carries (bundle.S).
#pragma once

#include <string_view>

namespace reports::bundle {

std::string_view charts_js();
// What the build's Duktape made of it (precompile_main.cpp).
std::string_view charts_bytecode();
std::string_view charts_sha256();  // base64, as a Content-Security-Policy has it
std::string_view licences();       // of what the bundle is made of
std::string_view page_html();
std::string_view page_css();

}  // namespace reports::bundle
