// JSON Lines: a document a line.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace reports {

// Names may be anything; what is no UTF-8 in them is replaced.
template <class Json = nlohmann::ordered_json>
std::string json_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Calls action(json) for each; throws nlohmann's exception when one is none.
template <class Json, class Action>
void for_each_json_line(std::string_view text, Action action) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        action(Json::parse(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace reports
