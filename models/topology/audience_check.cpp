#include "models/topology/audience_check.h"

#include <fmt/core.h>

#include <set>
#include <string_view>
#include <vector>

#include "models/clients/client_spec.h"
#include "models/spec/declaration/spec.h"

namespace models {

namespace {

// Of all clients.
struct AudienceWords {
    std::string_view what;
    std::vector<std::string> all;
    std::set<std::string, std::less<>> known;

    template <class Named>
    void add_names(const Named& named) {
        for (const auto& [name, each] : named) {
            all.push_back(name);
            known.insert(name);
        }
    }
};

void check_words(const std::string& pointer, const std::vector<std::string>& words,
                 const AudienceWords& of_clients, DocumentProblems& problems) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (of_clients.known.contains(words[i])) continue;
        problems.add(fmt::format("{}/{}", pointer, i),
                     fmt::format("no client has a {} \"{}\"", of_clients.what, words[i]),
                     of_clients.all.empty()
                         ? fmt::format("give a client's population {}s", of_clients.what)
                         : problems.suggestion(words[i], of_clients.all));
    }
}

}  // namespace

void check_audiences(std::span<const std::string> names, std::span<const NodeFacts> parts,
                     DocumentProblems& problems) {
    AudienceWords segments{"segment", {}, {}};
    AudienceWords locales{"locale", {}, {}};
    for (const NodeFacts& part : parts) {
        if (part.client == nullptr) continue;
        segments.add_names(part.client->population.segments);
        locales.add_names(part.client->population.locales);
    }
    for (std::size_t node = 0; node < parts.size(); ++node) {
        const std::string at = spec::pointer_to("/nodes", std::string_view(names[node]));
        for (const Audience& audience : parts[node].audiences) {
            check_words(at + audience.pointer, *audience.names,
                        audience.of == Audience::Of::segments ? segments : locales, problems);
        }
    }
}

}  // namespace models
