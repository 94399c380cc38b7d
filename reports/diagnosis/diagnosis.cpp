#include "reports/diagnosis/diagnosis.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "reports/diagnosis/events.h"
#include "reports/diagnosis/graph.h"
#include "reports/diagnosis/sentences.h"
#include "reports/diagnosis/windows.h"

namespace reports {

namespace {

constexpr double kFull = 0.75;        // of the window, and somebody waited or was refused
constexpr double kSaturated = 0.9;    // of a run in which nothing else was wrong
constexpr double kRefused = 0.01;     // of those who wanted one: full, however short the times
constexpr double kWaits = 0.02;       // of its size, at least, wait for what is full
constexpr double kHangs = 0.5;        // of its holders wait for the next: go on there
constexpr double kStorm = 1.5;        // calls for each, against the calm
constexpr double kOftenEnough = 0.2;  // of a cause's number, at a callee: it came from there

using sim::Cause;
using sim::CauseSays;
using sim::ResourceKind;

class Engine {
public:
    Engine(const sim::Recording& recording, std::size_t first)
        : recording_(recording), graph_(recording), events_(events_of(recording)) {
        if (recording.slice <= sim::Duration::zero()) return;
        const auto warm = static_cast<std::size_t>(
            (recording.warm_up + recording.slice - sim::Duration(1)) / recording.slice);
        measured_.end = static_cast<std::size_t>(recording.simulated / recording.slice);
        measured_.first = std::min(std::max(warm, first), measured_.end);
    }

    Diagnosis diagnose() const {
        Diagnosis diagnosis;
        diagnosis.resources = ranking();
        for (std::size_t node = 0; node < graph_.nodes(); ++node) {
            if (graph_.node(node).is_client) judge_client(node, diagnosis.findings);
        }
        std::ranges::stable_sort(diagnosis.findings, std::greater(), &RootCause::harmed);
        return diagnosis;
    }

private:
    double slice_s() const { return sim::seconds(recording_.slice); }

    void judge_client(std::size_t client, std::vector<RootCause>& findings) const {
        if (graph_.first_of(client) == graph_.end_of(client)) return;  // nothing was recorded
        const auto windows = windows_of(recording_, graph_.node(client), events_, measured_);
        for (const Window& window : windows) note(judge(client, window), findings);
        if (!windows.empty()) return;
        if (auto finding = saturation(client)) note(std::move(*finding), findings);
    }

    // One culprit is one finding, whenever and for whomever.
    static void note(RootCause&& finding, std::vector<RootCause>& findings) {
        const auto name = [](const RootCause& one) {
            return one.resource ? one.resource->name : "";
        };
        for (RootCause& known : findings) {
            if (known.verdict != finding.verdict || known.node != finding.node ||
                known.event != finding.event || name(known) != name(finding)) {
                continue;
            }
            if (finding.harmed > known.harmed) {
                known.sentence = finding.sentence;
                known.resource = finding.resource;
                known.cause = finding.cause;
            }
            known.from_s = std::min(known.from_s, finding.from_s);
            known.to_s = std::max(known.to_s, finding.to_s);
            known.wrong_s += finding.wrong_s;
            known.harmed += finding.harmed;
            for (const std::string& client : finding.clients) {
                if (std::ranges::find(known.clients, client) == known.clients.end()) {
                    known.clients.push_back(client);
                }
            }
            return;
        }
        findings.push_back(std::move(finding));
    }

    // --- where to begin ---

    using Causes = std::array<double, sim::kMostCauses>;
    Causes causes_at(std::size_t node, Stretch when) const {
        Causes causes{};
        for (const sim::CauseCount& each : graph_.node(node).causes_over_time) {
            if (each.slice < when.first || each.slice >= when.end) continue;
            causes[static_cast<std::size_t>(each.cause)] += each.count;
        }
        return causes;
    }
    CauseSays says(Cause cause) const { return sim::row_of(recording_.causes, cause).says; }
    // What led to a consequence (an open circuit) says more, where there is anything else.
    Cause most_frequent(const Causes& causes) const {
        Cause most = Cause::none;
        const auto rank = [&](Cause cause) {
            return std::pair(says(cause) != CauseSays::others_failed_here,
                             causes[static_cast<std::size_t>(cause)]);
        };
        for (std::size_t i = 1; i < causes.size(); ++i) {
            const auto cause = static_cast<Cause>(i);
            if (causes[i] <= 0) continue;
            if (most == Cause::none || rank(cause) > rank(most)) most = cause;
        }
        return most;
    }
    // The most frequent of those reached from there that are a cause by themselves.
    Cause cause_of(std::size_t client, Stretch when) const {
        const Cause cause = most_frequent(causes_at(client, when));
        if (says(cause) != CauseSays::others_failed_here) return cause;
        Causes sum{};
        for (const std::size_t node : graph_.reached_from(client)) {
            const Causes here = causes_at(node, when);
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += here[i];
        }
        return most_frequent(sum);
    }
    // Whose resource has refused most for that reason.
    std::optional<std::size_t> refuser(std::size_t client, Cause cause, Stretch when) const {
        std::optional<std::size_t> most;
        double highest = 0;
        for (const std::size_t node : graph_.reached_from(client)) {
            for (std::size_t i = graph_.first_of(node); i < graph_.end_of(node); ++i) {
                if (graph_.resources()[i].declared().refusal != cause) continue;
                const double refused = graph_.mean(i, when).refused;
                if (refused > highest) highest = refused, most = i;
            }
        }
        return most;
    }
    // The deepest node where it occurred about as often.
    std::size_t origin(std::size_t client, Cause cause, Stretch when) const {
        std::size_t at = client;
        for (std::size_t steps = 0; steps < graph_.nodes(); ++steps) {
            const double here = causes_at(at, when)[static_cast<std::size_t>(cause)];
            std::size_t next = at;
            double most = kOftenEnough * here;
            for (const std::size_t callee : graph_.callees(at)) {
                const double there = causes_at(callee, when)[static_cast<std::size_t>(cause)];
                if (there > most) most = there, next = callee;
            }
            if (next == at) break;
            at = next;
        }
        return at;
    }

    // --- from there down ---

    bool is_full(std::size_t resource, Stretch when, double full) const {
        const auto used = graph_.mean(resource, when);
        const ResourceKind kind = graph_.resources()[resource].declared().kind;
        if (kind == ResourceKind::limit) return used.refused > 0;
        if (kind == ResourceKind::stock) return used.refused > 0;
        if (used.size <= 0)
            return used.waiting > 0 && kind == ResourceKind::places && resource_is_closed(resource);
        if (used.refused > kRefused * (used.taken + used.refused)) return true;
        const bool is_missed = used.refused > 0 || used.waiting > kWaits * used.size;
        return is_missed && std::max(used.full, used.fullest) >= full;
    }
    // Places of which there is none, though somebody waits: a pool that could open no connection.
    bool resource_is_closed(std::size_t resource) const {
        return graph_.requests_of(graph_.resources()[resource].node) != resource;
    }

    // Most of those who hold this wait for the next.
    std::vector<std::size_t> chain_from(std::size_t start, Stretch when) const {
        std::vector<std::size_t> chain{start};
        while (chain.size() <= graph_.resources().size()) {
            const std::size_t at = chain.back();
            ResourceGraph::Edge next{at, 0};
            double all = 0;
            for (const auto& edge : graph_.edges(at, when)) {
                all += edge.holders;
                if (edge.holders > next.holders) next = edge;
            }
            const bool is_limit = graph_.resources()[at].declared().kind == ResourceKind::limit;
            const double here = graph_.mean(at, when).in_use;
            const bool hangs = next.holders >= kHangs * std::max(here, all) ||
                               (is_limit && next.to != at) ||
                               (next.holders > 0 && is_full(next.to, when, kFull) &&
                                next.holders >= kHangs / 2 * std::max(here, all));
            const bool is_new = std::ranges::find(chain, next.to) == chain.end();
            if (!hangs || !is_new) break;
            chain.push_back(next.to);
        }
        return chain;
    }
    // A limit is named only when nothing that it guards is full.
    std::optional<std::size_t> deepest_full(const std::vector<std::size_t>& chain, Stretch when,
                                            double full) const {
        std::optional<std::size_t> deepest;
        for (const std::size_t each : chain) {
            const ResourceKind kind = graph_.resources()[each].declared().kind;
            const bool is_spared = kind == ResourceKind::limit && deepest;
            if (is_full(each, when, full) && !is_spared) deepest = each;
        }
        return deepest;
    }
    // Machines and links under all: who holds what is not full, and still has to wait, waits for
    // them.
    std::optional<std::size_t> full_host(Stretch when) const {
        std::optional<std::size_t> fullest;
        double highest = 0;
        for (std::size_t node = 0; node < graph_.nodes(); ++node) {
            if (!graph_.is_host(node)) continue;
            for (std::size_t i = graph_.first_of(node) + 1; i < graph_.end_of(node); ++i) {
                const double full = graph_.mean(i, when).fullest;
                if (is_full(i, when, kFull) && full > highest) highest = full, fullest = i;
            }
        }
        return fullest;
    }
    // What ran out for good, of the nodes on the chain and where requests were turned away.
    std::optional<std::size_t> stock_out(const std::vector<std::size_t>& nodes, Cause cause,
                                         Stretch when) const {
        std::optional<std::size_t> most;
        double highest = 0;
        for (const std::size_t node : nodes) {
            for (std::size_t i = graph_.first_of(node); i < graph_.end_of(node); ++i) {
                const auto& declared = graph_.resources()[i].declared();
                if (declared.kind != ResourceKind::stock) continue;
                if (declared.refusal != Cause::none && declared.refusal != cause) continue;
                const double refused = graph_.mean(i, when).refused;
                if (refused > highest) highest = refused, most = i;
            }
        }
        return most;
    }

    // --- the failure or change under way ---

    struct Scored {
        const Event* event = nullptr;
        double score = 0;
    };
    Scored event_in(const std::vector<std::string>& on_way, const std::string& culprit,
                    Stretch when) const {
        Scored best;
        const double begin = static_cast<double>(when.first) * slice_s();
        const double end = static_cast<double>(when.end) * slice_s();
        for (const Event& event : events_) {
            const double overlap = std::min(event.to_s, end) - std::max(event.from_s, begin);
            if (overlap <= 0) continue;
            const bool is_on_way = std::ranges::find(on_way, event.node) != on_way.end();
            const bool is_node = std::ranges::any_of(
                recording_.nodes, [&](const auto& node) { return node.name == event.node; });
            if (is_node && !is_on_way) continue;
            double score = overlap / (end - begin) *
                           (event.node == culprit ? 4
                            : is_on_way           ? 3
                                                  : 1);
            if (!event.is_failure) score /= 4;
            if (score > best.score) best = {&event, score};
        }
        return best;
    }
    double attempts(std::size_t client, Stretch when) const {
        const double arrived =
            sim::sum_of(graph_.node(client).slices, when.first, when.end).arrived;
        double most = 1;
        for (const std::size_t node : graph_.reached_from(client)) {
            const double came = sim::sum_of(graph_.node(node).slices, when.first, when.end).arrived;
            if (came < 1 || arrived < 1) continue;
            for (const std::size_t to : graph_.callees(node)) {
                most = std::max(most, graph_.sent(node, to, when) / came);
            }
        }
        return most;
    }
    bool is_storm(std::size_t client, const Window& window) const {
        if (!window.is_tail) return false;
        const double calm = attempts(client, {measured_.first, window.when.first});
        return attempts(client, window.when) >= kStorm * std::max(1.0, std::min(calm, 1.2));
    }

    // --- the verdict ---

    RootCause judge(std::size_t client, const Window& window) const {
        const Stretch when = window.when;
        const Cause cause = cause_of(client, when);
        const auto refused_by = refuser(client, cause, when);
        const std::size_t from = origin(client, cause, when);
        const bool nobody_there = says(cause) == CauseSays::nobody_was_there && !refused_by;
        std::size_t start = graph_.requests_of(client);
        if (refused_by) {
            start = *refused_by;
        } else if (cause != Cause::none && says(cause) != CauseSays::it_took_too_long) {
            start = graph_.requests_of(from);
        }
        Case made{when, cause, chain_from(start, when), {}, nullptr, attempts(client, when)};
        made.culprit = deepest_full(made.chain, when, kFull);
        std::vector<std::size_t> nodes{from};
        for (const std::size_t each : made.chain) nodes.push_back(graph_.resources()[each].node);
        if (says(cause) == CauseSays::nobody_was_there || !made.culprit) {
            if (const auto stock = stock_out(nodes, cause, when)) made.culprit = stock;
        }
        if (const auto host = starved(made)) made.culprit = host;

        std::vector<std::string> on_way;
        for (const std::size_t node : graph_.reached_from(client))
            on_way.push_back(graph_.node(node).name);
        const std::string culprit =
            made.culprit ? graph_.node_of(*made.culprit).name : graph_.node(nodes.back()).name;
        const Scored event =
            event_in(on_way, nobody_there ? graph_.node(from).name : culprit, when);
        made.event = event.event;
        const bool ran_out = made.culprit && graph_.resources()[*made.culprit].declared().kind ==
                                                 ResourceKind::stock;
        Diagnosed verdict = Diagnosed::bottleneck;
        if (made.event != nullptr && made.event->is_failure && !ran_out) {
            verdict = Diagnosed::failure;
        } else if (is_storm(client, window)) {
            verdict = Diagnosed::retry_storm;
        } else if (!made.culprit) {
            verdict = made.event != nullptr ? Diagnosed::failure : Diagnosed::slow_by_nature;
        } else if (graph_.resources()[*made.culprit].declared().kind == ResourceKind::limit) {
            verdict = Diagnosed::limit;
        }
        return finding_of(client, made, verdict, window.harmed);
    }

    struct Case {
        Stretch when;
        Cause cause;
        std::vector<std::size_t> chain;
        std::optional<std::size_t> culprit;
        const Event* event;
        double attempts;
    };

    std::optional<std::size_t> starved(const Case& made) const {
        const std::size_t last = made.chain.back();
        if (is_full(last, made.when, kFull) &&
            graph_.resources()[last].declared().kind != ResourceKind::places) {
            return std::nullopt;
        }
        return full_host(made.when);
    }

    RootCause finding_of(std::size_t client, const Case& made, Diagnosed verdict,
                         double harmed) const {
        RootCause finding;
        finding.from_s = static_cast<double>(made.when.first) * slice_s();
        finding.to_s = static_cast<double>(made.when.end) * slice_s();
        finding.wrong_s = harmed > 0 ? finding.to_s - finding.from_s : 0;
        finding.verdict = verdict;
        finding.clients = {graph_.node(client).name};
        finding.harmed = harmed;
        if (made.cause != Cause::none) {
            finding.cause = sim::row_of(recording_.causes, made.cause).name;
        }
        if (made.culprit) finding.resource = graph_.use(*made.culprit, made.when);
        finding.node =
            made.culprit ? finding.resource->node : graph_.node_of(made.chain.back()).name;
        if (made.event != nullptr) {
            finding.event = made.event->what;
            if (verdict == Diagnosed::failure) finding.node = made.event->node;
        }
        finding.sentence = sentence_of(finding, context_of(client, made));
        return finding;
    }

    Told context_of(std::size_t client, const Case& made) const {
        Told told;
        told.event = made.event;
        told.attempts = made.attempts;
        bool is_behind = true;
        for (const std::size_t each : made.chain) {
            if (each == made.culprit) {
                is_behind = false;
                continue;
            }
            if (is_behind && is_full(each, made.when, kFull)) {
                told.filled_up.push_back(graph_.use(each, made.when));
            }
        }
        const std::size_t last = made.chain.back();
        told.last = graph_.use(last, made.when);
        told.next = next_of(client, made);
        return told;
    }
    // Not what filled up behind the culprit, nor what belongs to others than its requests.
    std::optional<ResourceUse> next_of(std::size_t client, const Case& made) const {
        if (!made.culprit) return std::nullopt;
        const std::size_t node = graph_.resources()[*made.culprit].node;
        const std::vector<std::size_t> reached = graph_.reached_from(client);
        const auto serves_it = [&](const ResourceUse& use) {
            return std::ranges::any_of(
                reached, [&](std::size_t one) { return graph_.node(one).name == use.node; });
        };
        std::optional<ResourceUse> next;
        for (const ResourceUse& each : ranking(made.when)) {
            const bool is_itself = each.node == graph_.node(node).name &&
                                   each.name == graph_.resources()[*made.culprit].declared().name;
            const bool is_behind = std::ranges::any_of(made.chain, [&](std::size_t one) {
                return graph_.node_of(one).name == each.node &&
                       graph_.resources()[one].declared().name == each.name;
            });
            const bool serves = each.kind == ResourceKind::work && serves_it(each);
            if (is_itself || is_behind || !serves || each.share() <= 0) continue;
            next = each;
            break;
        }
        return next;
    }

    // Nobody failed and nothing changed, yet something was full all the time.
    std::optional<RootCause> saturation(std::size_t client) const {
        if (measured_.size() == 0) return std::nullopt;
        Case made{measured_, Cause::none, chain_from(graph_.requests_of(client), measured_),
                  {},        nullptr,     1};
        made.culprit = deepest_full(made.chain, measured_, kSaturated);
        if (!made.culprit) return std::nullopt;
        return finding_of(client, made, Diagnosed::bottleneck, 0);
    }

    // --- how full each is ---

    std::vector<ResourceUse> ranking() const { return ranking(measured_); }
    std::vector<ResourceUse> ranking(Stretch when) const {
        std::vector<ResourceUse> uses;
        for (std::size_t i = 0; i < graph_.resources().size(); ++i) {
            if (i == graph_.requests_of(graph_.resources()[i].node)) continue;
            ResourceUse use = graph_.use(i, when);
            if (use.in_use > 0 || use.refused > 0) uses.push_back(std::move(use));
        }
        std::ranges::stable_sort(uses, [](const ResourceUse& a, const ResourceUse& b) {
            const bool both_full = a.share() >= kSaturated && b.share() >= kSaturated;
            return both_full ? a.waiting_s > b.waiting_s : a.share() > b.share();
        });
        return uses;
    }

    const sim::Recording& recording_;
    ResourceGraph graph_;
    std::vector<Event> events_;
    Stretch measured_;
};

}  // namespace

std::string_view word_of(Diagnosed verdict) {
    constexpr std::array<std::string_view, 5> kWords = {"bottleneck", "limit", "failure",
                                                        "retry_storm", "slow_by_nature"};
    return kWords[static_cast<std::size_t>(verdict)];
}

Diagnosis diagnose(const sim::Recording& recording, std::size_t first) {
    Diagnosis diagnosis = Engine(recording, first).diagnose();
    diagnosis.sentences = sentences_of(diagnosis);
    return diagnosis;
}

}  // namespace reports
