#include "models/topology/sources.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <iterator>

namespace models {

namespace {

using Numbers = std::vector<std::size_t>;

// The components of a directed graph, with what each of them holds.
class Components {
public:
    explicit Components(const SourcedGraph& graph)
        : links_(graph.links.begin(), graph.links.end(), graph.is_source.size()),
          of_(graph.is_source.size()) {
        members_.resize(static_cast<std::size_t>(boost::strong_components(links_, of_.data())));
        for (std::size_t node = 0; node < of_.size(); ++node) members_[of_[node]].push_back(node);
    }

    std::size_t count() const { return members_.size(); }
    std::size_t of(std::size_t node) const { return of_[node]; }
    const Numbers& members(std::size_t component) const { return members_[component]; }

    template <class Visitor>
    void for_each_called(std::size_t component, Visitor visit) const {
        for (const std::size_t member : members_[component]) {
            const auto [begin, end] = boost::out_edges(member, links_);
            for (auto link = begin; link != end; ++link) {
                const std::size_t called = of_[boost::target(*link, links_)];
                if (called != component) visit(called);
            }
        }
    }

private:
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> links_;
    Numbers of_;  // by node
    std::vector<Numbers> members_;
};

// The smallest of both, in order. That is enough: what is among the smallest of all is among the
// smallest of each.
void add_smallest(Numbers& numbers, const Numbers& more, std::size_t most) {
    Numbers both;
    std::ranges::set_union(numbers, more, std::back_inserter(both));
    if (both.size() > most) both.resize(most);
    numbers = std::move(both);
}

}  // namespace

std::vector<Sources> sources_of(const SourcedGraph& graph, std::size_t most) {
    const Components components(graph);
    std::vector<Numbers> sources(components.count());
    // A component is numbered when all that it calls have been: those that call come last.
    for (std::size_t each = components.count(); each-- > 0;) {
        Numbers own;
        std::ranges::copy_if(components.members(each), std::back_inserter(own),
                             [&](std::size_t node) { return graph.is_source[node]; });
        add_smallest(sources[each], own, most + 1);
        components.for_each_called(each, [&](std::size_t called) {
            add_smallest(sources[called], sources[each], most + 1);
        });
    }
    std::vector<Sources> by_node(graph.is_source.size());
    for (std::size_t node = 0; node < by_node.size(); ++node) {
        const Numbers& all = sources[components.of(node)];
        const std::size_t named = std::min(all.size(), most);
        by_node[node].first.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(named));
        by_node[node].has_others = all.size() > most;
    }
    return by_node;
}

}  // namespace models
