// The files of a finished run as the charts get them, and the report that is made of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reports {

// The name of a document, as "run", and its text, which is JSON.
using Documents = std::vector<std::pair<std::string, std::string>>;

// One JSON object of them all, without what is white space and without anything that could end a
// script element of HTML. Throws std::runtime_error when a text is no JSON.
std::string joined(const Documents& documents);

// The whole report: one HTML file that asks for nothing else.
std::string report_html(const Documents& documents);

}  // namespace reports
