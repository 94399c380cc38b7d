#include "reports/render/documents.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/charts/bundle.h"

namespace reports {

namespace {

// "<" can begin the end of a script; within JSON it only ever stands in texts.
std::string harmless(const std::string& json) {
    std::string text;
    text.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            text += "\\u003c";
        } else {
            text += c;
        }
    }
    return text;
}

std::string escaped_html(const std::string& text) {
    std::string html;
    for (const char c : text) {
        switch (c) {
            case '&':
                html += "&amp;";
                break;
            case '<':
                html += "&lt;";
                break;
            case '>':
                html += "&gt;";
                break;
            default:
                html += c;
        }
    }
    return html;
}

// Fills "{{name}}" once each, from left to right: what was filled in is not looked at again.
std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string_view, std::string_view>>& values) {
    std::string result;
    for (;;) {
        const std::size_t open = text.find("{{");
        result += text.substr(0, open);
        if (open == std::string_view::npos) return result;
        const std::size_t close = text.find("}}", open);
        const std::string_view name = text.substr(open + 2, close - open - 2);
        for (const auto& [known, value] : values) {
            if (known == name) result += value;
        }
        text.remove_prefix(close + 2);
    }
}

}  // namespace

std::string joined(const Documents& documents) {
    std::string text = "{";
    for (const auto& [name, json] : documents) {
        const auto value = nlohmann::ordered_json::parse(json, nullptr, false);
        if (value.is_discarded()) throw std::runtime_error(name + ".json is no JSON");
        if (text.size() > 1) text += ",";
        text += '"' + name + "\":" + harmless(value.dump());
    }
    return text + "}";
}

std::string Drawing::html() {
    const std::string title = escaped_html(script_.title());
    const std::string body = script_.body();
    const std::string licences = escaped_html(std::string(bundle::licences()));
    return filled(bundle::page_html(), {{"hash", bundle::charts_sha256()},
                                        {"title", title},
                                        {"style", bundle::page_css()},
                                        {"body", body},
                                        {"licences", licences},
                                        {"documents", json_},
                                        {"script", bundle::charts_js()}});
}

}  // namespace reports
