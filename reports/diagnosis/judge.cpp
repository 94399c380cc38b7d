#include "reports/diagnosis/judge.h"

#include <algorithm>

#include "reports/diagnosis/causes.h"
#include "reports/diagnosis/waits_for.h"

namespace reports {

namespace {

using sim::ResourceKind;

constexpr double kStorm = 1.5;  // calls for each, against the calm
constexpr double kLost = 0.05;  // of the calls that were sent never arrived: not just under way

}  // namespace

Judge::Judge(const sim::Recording& recording, std::size_t first)
    : recording_(recording),
      graph_(recording),
      events_(events_of(recording)),
      releases_(releases_of(recording)) {
    if (recording.slice <= sim::Duration::zero()) return;
    const auto warm = static_cast<std::size_t>(
        (recording.warm_up + recording.slice - sim::Duration(1)) / recording.slice);
    measured_.end = static_cast<std::size_t>(recording.simulated / recording.slice);
    measured_.first = std::min(std::max(warm, first), measured_.end);
}

std::vector<RootCause> Judge::judge(std::size_t client) const {
    if (graph_.first_of(client) == graph_.end_of(client)) return {};  // nothing was recorded
    std::vector<RootCause> findings = judge_requests(client);
    add_behind(client, findings);
    return findings;
}

std::vector<RootCause> Judge::judge_requests(std::size_t client) const {
    std::vector<RootCause> findings;
    const auto windows = windows_of(recording_, graph_.node(client), events_, measured_,
                                    has_retries(graph_, client));
    const auto calm = calm_of(windows, measured_);
    for (const Window& window : windows) {
        const Case made = look_at(client, window, calm);
        findings.push_back(finding_of(made, verdict_of(made)));
    }
    if (!windows.empty()) return findings;
    if (auto finding = saturation(client)) findings.push_back(std::move(*finding));
    return findings;
}

Judge::Case Judge::look_at(std::size_t client, const Window& window,
                           const std::vector<Stretch>& calm) const {
    Case made;
    made.client = client;
    made.window = window;
    made.cause = cause_of(graph_, client, window.when);
    made.from = origin(graph_, client, made.cause, window.when);
    made.chain = chain_from(graph_, start_of(made), window.when);
    made.culprit = culprit_of(made);
    made.event = event_in(made);
    made.release = release_in(made);
    made.retries = amplification(graph_, client, window.when, calm);
    made.lost = lost_in(made);
    return made;
}

// Where the way down begins: with who said no, where that is known, else with all who wait.
std::size_t Judge::start_of(const Case& made) const {
    if (const auto by = refuser(graph_, made.client, made.cause, made.when())) return *by;
    const bool says_where = made.cause != sim::Cause::none &&
                            graph_.says(made.cause) != sim::CauseKind::it_took_too_long;
    return graph_.requests_of(says_where ? made.from : made.client);
}

std::optional<std::size_t> Judge::culprit_of(const Case& made) const {
    std::optional<std::size_t> culprit = deepest_full(graph_, made.chain, made.when(), kFull);
    if (graph_.says(made.cause) == sim::CauseKind::nobody_was_there || !culprit) {
        std::vector<std::size_t> nodes{made.from};
        for (const std::size_t each : made.chain) nodes.push_back(graph_.resources()[each].node);
        if (const auto stock = stock_out(graph_, nodes, made.cause, made.when())) culprit = stock;
    } else if (const std::size_t last = graph_.resources()[made.chain.back()].node;
               graph_.resources()[*culprit].node != last) {
        // They wait on at another node, where nothing but that may be full.
        if (const auto stock = stock_out(graph_, {last}, made.cause, made.when())) culprit = stock;
    }
    if (const auto host = starved(made)) culprit = host;
    return culprit;
}

std::optional<std::size_t> Judge::starved(const Case& made) const {
    const std::size_t last = made.chain.back();
    if (is_full(graph_, last, made.when(), kFull) && graph_.kind(last) != ResourceKind::places) {
        return std::nullopt;
    }
    return full_host(graph_, made.when(), kFull);
}

// Whose failure would explain it best.
std::string Judge::node_in_doubt(const Case& made) const {
    const bool nobody_there = graph_.says(made.cause) == sim::CauseKind::nobody_was_there &&
                              !refuser(graph_, made.client, made.cause, made.when());
    if (nobody_there) return graph_.node(made.from).name;
    return graph_.node_of(made.culprit ? *made.culprit : made.chain.back()).name;
}

// The one that covers most of the window, of the culprit itself rather than of others on the way.
// What a tail begins with is over, if not for all of its first slice.
const Event* Judge::event_in(const Case& made) const {
    const double begin = static_cast<double>(made.when().first) * slice_s();
    const double end = static_cast<double>(made.when().end) * slice_s();
    const std::string in_doubt = node_in_doubt(made);
    const std::vector<std::size_t> reached = graph_.reached_from(made.client);
    const Event* best = nullptr;
    double highest = 0;
    for (const Event& event : events_) {
        if (&event == made.window.healed && !event.is_moment()) continue;
        const double until = std::max(event.to_s, event.felt_s);
        const double overlap = std::min(until, end) - std::max(event.from_s, begin);
        if (overlap <= 0) continue;
        const auto is_it = [&](const auto& node) { return node.name == event.node; };
        const bool is_on_way = std::ranges::any_of(
            reached, [&](std::size_t node) { return is_it(graph_.node(node)); });
        if (!is_on_way && std::ranges::any_of(recording_.nodes, is_it)) continue;
        const double weight = event.node == in_doubt ? 4 : is_on_way ? 3 : 1;
        const double score = overlap / (end - begin) * (event.is_failure ? weight : weight / 4);
        if (score > highest) highest = score, best = &event;
    }
    return best;
}

std::optional<Worsened> Judge::release_in(const Case& made) const {
    if (releases_.empty()) return std::nullopt;
    const bool is_fault = graph_.says(made.cause) == sim::CauseKind::the_work_failed;
    const std::size_t slow_at =
        graph_.resources()[made.culprit ? *made.culprit : made.chain.back()].node;
    return worsened(graph_, releases_, is_fault ? std::optional(made.from) : std::nullopt, slow_at,
                    measured_, made.when(), slice_s());
}

// The calls that most were lost of while a failure of links was under way.
std::optional<LostCalls> Judge::lost_in(const Case& made) const {
    if (made.event == nullptr || !made.event->is_on_links) return std::nullopt;
    std::optional<LostCalls> most;
    for (const std::size_t from : graph_.reached_from(made.client)) {
        for (const std::size_t to : graph_.callees(from)) {
            const double sent = graph_.sent(from, to, made.when());
            const double lost = sent - graph_.arrived_of(from, to, made.when());
            if (lost < kLost * sent || (most && lost <= most->lost)) continue;
            most = LostCalls{graph_.node(from).name, graph_.node(to).name, sent, lost};
        }
    }
    return most;
}

Diagnosed Judge::verdict_of(const Case& made) const {
    const bool ran_out = made.culprit && graph_.kind(*made.culprit) == ResourceKind::stock;
    const bool is_storm = made.window.is_tail && made.retries.calls >= kStorm;
    const bool is_failing =
        made.event != nullptr && made.event->is_failure && !(is_storm && made.event->is_moment());
    if (is_failing && !ran_out) return Diagnosed::failure;
    if (made.release) return Diagnosed::bad_rollout;
    if (is_storm) return Diagnosed::retry_storm;
    if (!made.culprit) {
        return made.event != nullptr ? Diagnosed::failure : Diagnosed::slow_by_nature;
    }
    return graph_.kind(*made.culprit) == ResourceKind::limit ? Diagnosed::limit
                                                             : Diagnosed::bottleneck;
}

// Nobody failed and nothing changed, yet something was full all the time.
std::optional<RootCause> Judge::saturation(std::size_t client) const {
    if (measured_.size() == 0) return std::nullopt;
    Case made;
    made.client = client;
    made.window.when = measured_;
    made.chain = chain_from(graph_, graph_.requests_of(client), measured_);
    made.culprit = deepest_full(graph_, made.chain, measured_, kSaturated);
    if (!made.culprit) made.culprit = full_host(graph_, measured_, kSaturated);
    if (!made.culprit) return std::nullopt;
    return finding_of(made, Diagnosed::bottleneck);
}

// Nodes that take messages from one that the client's requests reach.
void Judge::add_behind(std::size_t client, std::vector<RootCause>& findings) const {
    std::vector<std::string> reached;
    for (const std::size_t each : graph_.reached_from(client)) {
        reached.push_back(graph_.node(each).name);
    }
    for (std::size_t node = 0; node < graph_.nodes(); ++node) {
        const auto consumers = graph_.consumers_of(node);
        if (!consumers || std::ranges::find(reached, consumers->from) == reached.end()) continue;
        for (const Stretch& when : full_stretches(graph_, consumers->resource, measured_)) {
            findings.push_back(behind(client, node, when));
        }
    }
}

// Who waits for them are messages; they may wait for others themselves, as requests do.
RootCause Judge::behind(std::size_t client, std::size_t reader, Stretch when) const {
    Case made;
    made.client = reader;
    made.window.when = when;
    made.chain = chain_from(graph_, graph_.consumers_of(reader)->resource, when);
    made.culprit = deepest_full(graph_, made.chain, when, kFull);
    made.event = event_in(made);
    made.release = worsened(graph_, releases_, std::nullopt,
                            graph_.resources()[made.chain.back()].node, measured_, when, slice_s());
    made.is_behind = true;
    RootCause finding = finding_of(made, verdict_of(made));
    finding.clients = {graph_.node(client).name};
    return finding;
}

RootCause Judge::finding_of(const Case& made, Diagnosed verdict) const {
    RootCause finding;
    finding.from_s = static_cast<double>(made.when().first) * slice_s();
    finding.to_s = static_cast<double>(made.when().end) * slice_s();
    finding.harmed = made.window.harmed;
    const bool is_wrong = finding.harmed > 0 || made.is_behind;
    finding.wrong_s = is_wrong ? finding.to_s - finding.from_s : 0;
    finding.verdict = verdict;
    finding.clients = {graph_.node(made.client).name};
    finding.retries = made.retries.calls;
    if (made.cause != sim::Cause::none) {
        finding.cause = sim::row_of(recording_.causes, made.cause).name;
    }
    if (made.culprit) finding.resource = graph_.use(*made.culprit, made.when());
    finding.node = made.culprit ? finding.resource->node : graph_.node_of(made.chain.back()).name;
    if (made.event != nullptr) finding.event = made.event->what;
    if (verdict == Diagnosed::failure) finding.node = made.event->node;
    if (verdict == Diagnosed::bad_rollout) {
        finding.node = made.release->release->node;
        finding.event = "rollout";
    }
    if (verdict == Diagnosed::retry_storm) {
        finding.event = made.window.healed != nullptr ? made.window.healed->what : "surge";
    }
    finding.filled_up = filled_up_of(made);
    finding.sentence = sentence_of(finding, told_of(made));
    return finding;
}

// Of the chain above the culprit what was full for the window, in the order in which it filled up.
std::vector<FilledUp> Judge::filled_up_of(const Case& made) const {
    std::vector<FilledUp> all;
    for (const std::size_t each : made.chain) {
        if (each == made.culprit) break;
        if (!is_full(graph_, each, made.when(), kFull)) continue;
        std::size_t slice = made.when().first;
        while (slice + 1 < made.when().end && !is_full(graph_, each, {slice, slice + 1}, kFull)) {
            ++slice;
        }
        all.push_back(
            {graph_.node_of(each).name, graph_.name(each), static_cast<double>(slice) * slice_s()});
    }
    // Of those that filled up in one slice, the one further down was first.
    std::ranges::reverse(all);
    std::ranges::stable_sort(all, {}, &FilledUp::at_s);
    return all;
}

Told Judge::told_of(const Case& made) const {
    Told told;
    told.event = made.event;
    told.healed = made.window.healed;
    told.surge = made.window.surge;
    told.retries = made.retries;
    told.release = made.release;
    told.lost = made.lost;
    told.cause_kind = graph_.says(made.cause);
    told.is_behind = made.is_behind;
    told.next = next_of(made);
    return told;
}

// Not what filled up behind the culprit, nor what belongs to others than its requests.
std::optional<ResourceUse> Judge::next_of(const Case& made) const {
    if (!made.culprit) return std::nullopt;
    const std::vector<std::size_t> reached = graph_.reached_from(made.client);
    const auto is_of = [&](std::size_t resource, const ResourceUse& use) {
        return graph_.node_of(resource).name == use.node && graph_.name(resource) == use.name;
    };
    for (const ResourceUse& each : ranking_of(graph_, made.when())) {
        const bool is_behind =
            std::ranges::any_of(made.chain, [&](std::size_t one) { return is_of(one, each); });
        const bool serves =
            each.kind == ResourceKind::work && std::ranges::any_of(reached, [&](std::size_t one) {
                return graph_.node(one).name == each.node;
            });
        if (is_of(*made.culprit, each) || is_behind || !serves || each.share() <= 0) continue;
        return each;
    }
    return std::nullopt;
}

}  // namespace reports
