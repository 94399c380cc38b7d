#include "tools/lab_over_time.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

namespace tools {

namespace {

constexpr std::size_t kMostFigures = 5;
constexpr std::size_t kMostOfANode = 3;
constexpr std::size_t kMostPoints = 400;
// Lines in one panel.
constexpr std::size_t kMostLines = 8;
constexpr std::size_t kMostIncidents = 60;

constexpr std::string_view kRequestRate = "requests";
constexpr std::string_view kMeanLatency = "mean latency";
constexpr std::string_view kFailedShare = "share that failed";

struct Candidate {
    std::string name;
    std::string unit;
    const std::vector<double>* values;
};

std::vector<Candidate> candidates_of(const reports::DrawnNode& node) {
    std::vector<Candidate> all = {{std::string(kRequestRate), "/s", &node.rate},
                                  {std::string(kMeanLatency), "s", &node.mean_s},
                                  {std::string(kFailedShare), "1", &node.error_ratio}};
    for (const reports::DrawnSeries& each : node.series) {
        all.push_back({each.name, each.unit, &each.values});
    }
    return all;
}

const std::vector<double>* values_of(const reports::Drawn& drawn, const std::string& node,
                                     const std::string& name) {
    for (const reports::DrawnNode& each : drawn.nodes) {
        if (each.name != node) continue;
        for (const Candidate& candidate : candidates_of(each)) {
            if (candidate.name == name) return candidate.values;
        }
    }
    return nullptr;
}

bool is_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The last word of what stands from here on: "p" of "endpoint.get.p(99)".
std::string last_word(std::string_view text) {
    std::string word;
    for (const char c : text) {
        if (c == '.') {
            word.clear();
        } else if (is_of_word(c) || c == '-') {
            word += c;
        } else {
            break;
        }
    }
    return word;
}

// What statements say of each node: "replicas_peak" of "app".
using Words = std::map<std::string, std::set<std::string>>;

void add_words(Words& words, std::string_view text, const std::string& node) {
    const std::string named = node + ".";
    for (std::size_t at = text.find(named); at != text.npos; at = text.find(named, at + 1)) {
        if (at > 0 && (is_of_word(text[at - 1]) || text[at - 1] == '.')) continue;
        words[node].insert(last_word(text.substr(at + named.size())));
    }
}

// Words that stand alone are about what users saw.
void add_words_of_users(Words& words, std::string_view text, const std::string& client) {
    constexpr std::array kOfUsers = {"availability", "failed",      "offered",   "throughput",
                                     "rejected",     "error_ratio", "succeeded", "p(",
                                     "mean",         "max"};
    for (const std::string_view word : kOfUsers) {
        for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
            if (at > 0 && (is_of_word(text[at - 1]) || text[at - 1] == '.')) continue;
            words[client].insert(last_word(text.substr(at)));
        }
    }
}

Words words_in(const Proof& proof, const reports::Drawn& drawn) {
    Words words;
    const auto add = [&](const std::vector<Proof::Statement>& statements) {
        for (const Proof::Statement& each : statements) {
            for (const reports::DrawnNode& node : drawn.nodes) {
                add_words(words, each.text, node.name);
                if (node.is_client) add_words_of_users(words, each.text, node.name);
            }
        }
    };
    add(proof.statements);
    for (const auto& claim : proof.control_claims) add(claim);
    return words;
}

// Figures, by how they begin, and the series that is behind them.
struct Behind {
    std::string_view word;
    std::string_view series;
};
constexpr std::array kBehind = {Behind{"offered", kRequestRate},
                                Behind{"throughput", kRequestRate},
                                Behind{"loads", kRequestRate},
                                Behind{"misses", kRequestRate},
                                Behind{"hit", kRequestRate},
                                Behind{"answered", kFailedShare},
                                Behind{"availability", kFailedShare},
                                Behind{"failed", kFailedShare},
                                Behind{"rejected", kFailedShare},
                                Behind{"error", kFailedShare},
                                Behind{"succeeded", kFailedShare},
                                Behind{"breach", kMeanLatency},
                                Behind{"p", kMeanLatency},
                                Behind{"mean", kMeanLatency},
                                Behind{"max", kMeanLatency},
                                Behind{"scale", "replicas"},
                                Behind{"instance", "replicas"},
                                Behind{"cost", "replicas"},
                                Behind{"ready", "replicas"},
                                Behind{"capped", "replicas"},
                                Behind{"restarts", "replicas"},
                                Behind{"gc", "heap_used"},
                                Behind{"collections", "heap_used"},
                                Behind{"out_of_memory", "heap_used"},
                                Behind{"oom", "heap_used"},
                                Behind{"utilisation", "cores in use"},
                                Behind{"cpu", "cores in use"},
                                Behind{"waiting", "connections in use"},
                                Behind{"connections", "connections in use"}};

std::size_t common_prefix(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

bool is_behind(std::string_view word, std::string_view series) {
    constexpr std::size_t kAlike = 4;  // "lag_" of lag_peak, and of the series lag_0
    if (common_prefix(word, series) >= kAlike) return true;
    return std::ranges::any_of(kBehind, [&](const Behind& each) {
        return each.series == series &&
               (each.word == "p" ? word == "p" : word.starts_with(each.word));
    });
}

// Who is called by a node that is named: what a cache lets through shows at the database.
std::set<std::string> called_by(const Words& words, const reports::Drawn& drawn) {
    std::set<std::string> called;
    for (const reports::DrawnEdge& edge : drawn.edges) {
        if (words.contains(edge.from) && !words.contains(edge.to)) called.insert(edge.to);
    }
    return called;
}

class Choice {
public:
    Choice(const Proof& proof, const std::vector<const reports::Drawn*>& drawn)
        : drawn_(drawn),
          words_(words_in(proof, *drawn.front())),
          called_(called_by(words_, *drawn.front())) {}

    std::vector<reports::LabFigure> figures() const {
        std::vector<std::pair<int, reports::LabFigure>> scored;
        std::set<std::pair<std::string, std::string>> seen;
        for (const reports::Drawn* each : drawn_) {
            for (const reports::DrawnNode& node : each->nodes) {
                for (const Candidate& candidate : candidates_of(node)) {
                    if (!seen.emplace(node.name, candidate.name).second) continue;
                    const int score = score_of(node.name, candidate.name);
                    if (score > 0)
                        scored.push_back({score, {node.name, candidate.name, candidate.unit}});
                }
            }
        }
        std::ranges::stable_sort(scored, std::greater<>(),
                                 [](const auto& each) { return each.first; });
        return best_of(scored);
    }

private:
    static std::vector<reports::LabFigure> best_of(
        const std::vector<std::pair<int, reports::LabFigure>>& scored) {
        std::vector<reports::LabFigure> best;
        std::map<std::string, std::size_t> of_node;
        for (const auto& each : scored) {
            if (best.size() == kMostFigures) break;
            if (++of_node[each.second.node] <= kMostOfANode) best.push_back(each.second);
        }
        return best;
    }

    int score_of(const std::string& node, const std::string& name) const {
        const auto words = words_.find(node);
        const bool is_called = called_.contains(node) && name == kRequestRate;
        if (words == words_.end() && !is_called) return 0;
        if (!has_something_to_see(node, name)) return 0;
        int score = words == words_.end() ? 30 : 10;
        if (words == words_.end()) return score;
        for (const std::string& word : words->second) {
            if (is_behind(word, name)) score += 50;
        }
        return score;
    }

    // Neither nothing at all nor always the same everywhere.
    bool has_something_to_see(const std::string& node, const std::string& name) const {
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        for (const reports::Drawn* each : drawn_) {
            const std::vector<double>* const values = values_of(*each, node, name);
            if (values == nullptr) continue;
            for (const double value : *values) {
                if (std::isnan(value)) continue;
                low = std::min(low, value);
                high = std::max(high, value);
            }
        }
        return high - low > 0.02 * std::abs(high);
    }

    const std::vector<const reports::Drawn*>& drawn_;
    Words words_;
    std::set<std::string> called_;
};

// Neighbours joined to their mean; as many nothings as there are intervals where it is not known.
std::vector<double> joined_values(const std::vector<double>* values, std::size_t intervals,
                                  std::size_t joined) {
    std::vector<double> means;
    for (std::size_t at = 0; at < intervals; at += joined) {
        double sum = 0;
        double count = 0;
        for (std::size_t i = at; values != nullptr && i < std::min(at + joined, values->size());
             ++i) {
            if (std::isnan((*values)[i])) continue;
            sum += (*values)[i];
            count += 1;
        }
        means.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
    }
    return means;
}

std::vector<reports::LabFull> full_of(const reports::Diagnosis& diagnosis) {
    std::vector<reports::LabFull> full;
    for (const reports::RootCause& each : diagnosis.findings) {
        if (!each.resource) continue;
        full.push_back(
            {each.resource->node, each.resource->name, each.from_s, each.to_s, each.sentence});
    }
    return full;
}

reports::LabRun run_of(const Proof& proof, const Proof::Case& played, const Kept& kept,
                       const std::vector<reports::LabFigure>& figures) {
    reports::LabRun run;
    if (played.control) run.control = proof.lab.controls.entries[*played.control].first;
    run.variant = played.variant;
    const reports::Drawn& drawn = *kept.drawn;
    const std::size_t joined = (drawn.intervals + kMostPoints - 1) / kMostPoints;
    run.interval_s = drawn.interval_s * static_cast<double>(std::max<std::size_t>(1, joined));
    for (const reports::LabFigure& figure : figures) {
        run.values.push_back(joined_values(values_of(drawn, figure.node, figure.name),
                                           drawn.intervals, std::max<std::size_t>(1, joined)));
    }
    run.full = full_of(kept.summary.diagnosis);
    for (const sim::Incident& each : kept.summary.incidents) {
        if (run.incidents.size() == kMostIncidents) break;
        run.incidents.push_back(each);
    }
    return run;
}

}  // namespace

reports::LabOverTime over_time_of(const Proof& proof, const Result& result) {
    const std::size_t seeds = proof.lab.seeds.size();
    const std::vector<std::string> variants = variants_of(proof.lab).values;
    std::vector<const reports::Drawn*> drawn;
    for (std::size_t i = 0; i < proof.cases.size(); ++i) {
        if (const auto& kept = result.runs[i * seeds].drawn) drawn.push_back(&*kept);
    }
    reports::LabOverTime shown;
    if (drawn.empty()) return shown;
    shown.figures = Choice(proof, drawn).figures();
    for (std::size_t i = 0; i < proof.cases.size(); ++i) {
        const Proof::Case& played = proof.cases[i];
        const auto variant = std::ranges::find(variants, played.variant) - variants.begin();
        if (variant >= static_cast<std::ptrdiff_t>(kMostLines)) continue;
        const Kept& kept = result.runs[i * seeds];
        shown.end_s = std::max(shown.end_s, kept.summary.simulated_s);
        shown.runs.push_back(run_of(proof, played, kept, shown.figures));
    }
    return shown;
}

}  // namespace tools
