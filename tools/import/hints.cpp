#include "tools/import/hints.h"

#include <algorithm>

#include "tools/import/values.h"

namespace tools::imports {

namespace {

const std::string* part_named(const HostNames& names, const std::string& host) {
    std::string label = host;
    for (int i = 0; i < 3; ++i) {
        const auto found = names.find(label);
        if (found != names.end()) return &found->second;
        const std::size_t dot = host.find('.');
        if (dot == std::string::npos) return nullptr;
        const std::string rest = host.substr(dot + 1);
        label = i == 0 ? host.substr(0, dot) : rest.substr(0, rest.find('.'));
    }
    return nullptr;
}

}  // namespace

void add_hints_of_variable(const std::string& name, const std::string& value,
                           std::vector<Hint>& hints) {
    for (const std::string& host : hosts_in(value, names_host(name))) hints.push_back({host, name});
}

void add_hints_of_command(const models::spec::Json& command, const std::string& said,
                          std::vector<Hint>& hints) {
    std::vector<std::string> words;
    if (command.text() != nullptr) words.push_back(*command.text());
    if (const models::spec::Json::List* const list = command.list()) {
        for (const models::spec::Json& each : *list) words.push_back(text_of(&each));
    }
    for (const std::string& each : words) {
        for (const std::string& host : hosts_in(each, false)) hints.push_back({host, said});
    }
}

void add_uses(const std::vector<Hint>& hints, const HostNames& names, Part& part) {
    for (const Hint& hint : hints) {
        const std::string* const to = part_named(names, hint.host);
        if (to == nullptr || *to == part.name) continue;
        const auto known = std::ranges::find(part.uses, *to, &Use::to);
        if (known == part.uses.end()) {
            part.uses.push_back({*to, hint.said});
        } else if (known->said.find(hint.said) == std::string::npos) {
            known->said += ", " + hint.said;
        }
    }
}

}  // namespace tools::imports
