// The files of a finished run as the charts get them, and the report that is made of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/charts/script.h"

namespace reports {

// The name of a document, as "run", and its text, which is JSON.
using Documents = std::vector<std::pair<std::string, std::string>>;

// One JSON object of them all, without what is white space and without anything that could end a
// script element of HTML. Throws std::runtime_error when a text is no JSON.
std::string joined(const Documents& documents);

// What is made of them. Throws std::runtime_error when they are not what a run wrote.
class Drawing {
public:
    explicit Drawing(const Documents& documents) : Drawing(joined(documents)) {}

    // Of the same documents, for somebody who draws at the same time.
    Drawing again() const { return Drawing(json_); }

    // Of the documents' text.
    std::size_t bytes() const { return json_.size(); }

    // The whole report: one HTML file that asks for nothing else.
    std::string html();

    // The charts that have something to show, in the order in which they are read.
    std::vector<std::string> names() { return script_.names(); }
    // An SVG document. The look is "light" or "dark".
    std::string picture(std::string_view name, std::string_view look) {
        return script_.picture(name, look);
    }

private:
    explicit Drawing(std::string json) : json_(std::move(json)), script_(json_) {}

    std::string json_;
    ChartScript script_;
};

}  // namespace reports
