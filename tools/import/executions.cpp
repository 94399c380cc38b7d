#include "tools/import/executions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/import/path_names.h"

namespace tools::imports {

namespace {

constexpr std::size_t kNone = ~std::size_t{0};

class Tree {
public:
    explicit Tree(RecordedSpans& recorded) : recorded_(recorded), spans_(recorded.spans) {
        std::map<std::pair<std::string_view, std::string_view>, std::size_t> places;
        for (std::size_t i = 0; i < spans_.size(); ++i) {
            const RecordedSpan& each = spans_[i];
            const bool is_new = places.try_emplace({each.trace, each.id}, i).second;
            if (!is_new) {
                recorded_.leave_out(each.place, "spans with the id of another",
                                    "each is counted once");
            }
            is_twice_.push_back(!is_new);
        }
        parents_.assign(spans_.size(), kNone);
        children_.resize(spans_.size());
        for (std::size_t i = 0; i < spans_.size(); ++i) {
            if (is_twice_[i] || spans_[i].parent.empty()) continue;
            const auto parent = places.find({spans_[i].trace, spans_[i].parent});
            if (parent == places.end()) continue;
            parents_[i] = parent->second;
            children_[parent->second].push_back(i);
        }
        for (auto& each : children_) {
            std::ranges::stable_sort(each, {}, [&](std::size_t i) { return spans_[i].begin_ns; });
        }
    }

    const RecordedSpan& span(std::size_t i) const { return spans_[i]; }
    std::size_t size() const { return spans_.size(); }
    bool is_twice(std::size_t i) const { return is_twice_[i]; }
    std::size_t parent(std::size_t i) const { return parents_[i]; }
    const std::vector<std::size_t>& children(std::size_t i) const { return children_[i]; }
    bool is_orphan(std::size_t i) const {
        return parents_[i] == kNone && !spans_[i].parent.empty();
    }

    // Whether an execution begins with it.
    bool begins(std::size_t i) const {
        const RecordedSpan& each = spans_[i];
        if (is_twice_[i]) return false;
        if (each.kind == RecordedKind::server || each.kind == RecordedKind::consumer) return true;
        if (parents_[i] == kNone) return each.parent.empty();
        return spans_[parents_[i]].service != each.service;
    }

private:
    RecordedSpans& recorded_;
    const std::vector<RecordedSpan>& spans_;
    std::vector<bool> is_twice_;
    std::vector<std::size_t> parents_;
    std::vector<std::vector<std::size_t>> children_;
};

class ExecutionReader {
public:
    explicit ExecutionReader(RecordedSpans& spans) : spans_(spans), tree_(spans) {}

    Executions read() {
        find_outside();
        std::set<std::string_view> traces;
        for (std::size_t i = 0; i < tree_.size(); ++i) {
            traces.insert(tree_.span(i).trace);
            if (tree_.begins(i)) {
                result_.all.push_back(execution(i));
            } else if (tree_.is_orphan(i) && !tree_.is_twice(i)) {
                spans_.leave_out(tree_.span(i).place, "spans whose parent is in no file",
                                 "nobody knows which request they belong to");
            }
        }
        add_instances();
        result_.traces = traces.size();
        return std::move(result_);
    }

private:
    void add_instances() {
        for (std::size_t i = 0; i < tree_.size(); ++i) {
            const RecordedSpan& each = tree_.span(i);
            if (!each.instance.empty()) result_.instances[each.service].insert(each.instance);
        }
    }

    // Services whose spans are clients' without a parent, and what is in these.
    void find_outside() {
        std::set<std::string_view> serving;
        for (std::size_t i = 0; i < tree_.size(); ++i) {
            const RecordedSpan& each = tree_.span(i);
            if (!tree_.begins(i)) continue;
            const bool is_client_root =
                each.kind == RecordedKind::client && tree_.parent(i) == kNone;
            (is_client_root ? outside_ : serving).insert(each.service);
        }
        for (const std::string_view each : serving) outside_.erase(each);
    }

    std::size_t target(Target wanted) {
        const auto [found, is_new] = targets_.try_emplace(
            std::tuple(wanted.service, wanted.name, wanted.has_spans), result_.targets.size());
        if (is_new) result_.targets.push_back(std::move(wanted));
        return found->second;
    }

    std::size_t target_of(std::size_t i) {
        const RecordedSpan& span = tree_.span(i);
        return target({span.service, without_ids(span.name), "", true});
    }

    Execution execution(std::size_t i) {
        const RecordedSpan& span = tree_.span(i);
        Execution run;
        run.target = target_of(i);
        run.begin_ns = span.begin_ns;
        run.end_ns = span.end_ns;
        run.failed = span.failed;
        run.status = span.status;
        run.place = span.place;
        run.is_outside = outside_.contains(span.service);
        run.is_entry = tree_.parent(i) == kNone && !run.is_outside;
        if (run.is_entry && tree_.is_orphan(i)) {
            spans_.leave_out(span.place, "callers that are in no file",
                             "what they called is taken to come from outside");
        }
        if (run.is_entry && span.is_linked) {
            spans_.leave_out(span.place, "links to spans of other traces",
                             "the work is taken to come from outside, at its own rate");
        }
        run.calls = calls_in(i);
        std::ranges::stable_sort(run.calls, {}, &RecordedCall::begin_ns);
        join_retries(run.calls);
        run.own_ns = own_time(run);
        return run;
    }

    // Of the spans below it within its service; those that begin executions of others are not
    // entered.
    std::vector<RecordedCall> calls_in(std::size_t root) {
        std::vector<RecordedCall> calls;
        std::vector<std::size_t> left = {root};
        while (!left.empty()) {
            const std::size_t at = left.back();
            left.pop_back();
            if (at == root && tree_.span(at).kind == RecordedKind::client) {
                if (add_client(root, at, calls)) continue;
            }
            for (const std::size_t child : tree_.children(at)) {
                if (tree_.begins(child)) {
                    add_direct(root, at, child, calls);
                } else if (tree_.span(child).kind != RecordedKind::client ||
                           !add_client(root, child, calls)) {
                    note_message(child);
                    left.push_back(child);
                }
            }
        }
        return calls;
    }

    // Whether spans of its own service within it call others, as each attempt of a call may.
    bool carries_calls(std::size_t client) const {
        std::vector<std::size_t> left = {client};
        while (!left.empty()) {
            const std::size_t at = left.back();
            left.pop_back();
            for (const std::size_t child : tree_.children(at)) {
                if (tree_.begins(child)) {
                    if (at != client) return true;
                } else if (tree_.span(child).kind == RecordedKind::client) {
                    return true;
                } else {
                    left.push_back(child);
                }
            }
        }
        return false;
    }

    // False: its calls are those of the spans within it.
    bool add_client(std::size_t root, std::size_t client, std::vector<RecordedCall>& calls) {
        if (carries_calls(client)) return false;
        std::vector<std::size_t> children = tree_.children(client);
        std::erase_if(children, [&](std::size_t i) { return !tree_.begins(i); });
        RecordedCall call = call_by(root, client);
        if (children.empty()) {
            const auto peer = peer_of(client);
            if (!peer) {
                spans_.leave_out(tree_.span(client).place,
                                 fmt::format("calls \"{}\" of {}", tree_.span(client).name,
                                             tree_.span(client).service),
                                 "nothing says what is called: their time is the caller's own");
                return true;
            }
            call.target = *peer;
            calls.push_back(call);
            return true;
        }
        // What answered it, and, where several did, the others one after another within it.
        for (const std::size_t each : children) {
            RecordedCall one = call;
            one.target = target_of(each);
            const std::int64_t beyond =
                tree_.span(client).duration_ns() - tree_.span(each).duration_ns();
            if (children.size() == 1) one.beyond_ns = std::max<std::int64_t>(0, beyond);
            if (children.size() > 1) one = direct_call(root, each);
            check_clocks(client, each);
            one.is_async = one.is_async || tree_.span(each).kind == RecordedKind::consumer;
            calls.push_back(one);
        }
        return true;
    }

    // What answers without a client's span: of a mesh, or by way of a broker.
    void add_direct(std::size_t root, std::size_t parent, std::size_t child,
                    std::vector<RecordedCall>& calls) {
        check_clocks(parent, child);
        RecordedCall call = direct_call(root, child);
        if (tree_.span(parent).kind == RecordedKind::producer ||
            tree_.span(child).kind == RecordedKind::consumer) {
            call.is_async = true;
            spans_.leave_out(
                tree_.span(child).place,
                "messages from " + tree_.span(root).service + " to " + tree_.span(child).service,
                "they are calls in the background; the broker between them, with its "
                "queues, is not in the traces");
        }
        calls.push_back(call);
    }

    void note_message(std::size_t span) {
        const RecordedSpan& of = tree_.span(span);
        if (of.kind != RecordedKind::producer || !tree_.children(span).empty()) return;
        spans_.leave_out(of.place, fmt::format("messages \"{}\" of {}", of.name, of.service),
                         "nothing in the trace tells who takes them, or when");
    }

    RecordedCall call_by(std::size_t root, std::size_t span) const {
        const RecordedSpan& of = tree_.span(span);
        RecordedCall call;
        call.begin_ns = of.begin_ns - tree_.span(root).begin_ns;
        call.end_ns = of.end_ns - tree_.span(root).begin_ns;
        call.failed = of.failed;
        call.is_async = of.end_ns > tree_.span(root).end_ns + kSlack;
        if (of.is_resent) call.attempts = 2;
        return call;
    }

    // By another clock: moved into its caller's time where it is shorter than that.
    RecordedCall direct_call(std::size_t root, std::size_t child) {
        RecordedCall call = call_by(root, child);
        call.target = target_of(child);
        const std::int64_t room = tree_.span(root).duration_ns() - call.duration_ns();
        const bool is_after = call.begin_ns > tree_.span(root).duration_ns();
        if (room >= 0 && !is_after && (call.begin_ns < 0 || call.is_async)) {
            const std::int64_t by =
                std::clamp<std::int64_t>(call.begin_ns, 0, room) - call.begin_ns;
            call.begin_ns += by;
            call.end_ns += by;
            call.is_async = false;
        }
        return call;
    }

    void check_clocks(std::size_t parent, std::size_t child) {
        const RecordedSpan& outer = tree_.span(parent);
        const RecordedSpan& inner = tree_.span(child);
        if (inner.begin_ns >= outer.begin_ns - kSlack) return;
        spans_.leave_out(inner.place,
                         fmt::format("spans of {} that begin before their caller's in {}",
                                     inner.service, outer.service),
                         "the clocks differ: of both only durations are used");
    }

    std::optional<std::size_t> peer_of(std::size_t client) {
        const RecordedSpan& span = tree_.span(client);
        if (span.peer_system.empty() && span.peer_name.empty()) return std::nullopt;
        const std::string& node = span.peer_name.empty() ? span.peer_system : span.peer_name;
        return target({node, without_ids(span.name), span.peer_system, false});
    }

    // Another call of the same, after one that failed.
    static void join_retries(std::vector<RecordedCall>& calls) {
        std::vector<RecordedCall> joined;
        for (const RecordedCall& each : calls) {
            RecordedCall* const last = joined.empty() ? nullptr : &joined.back();
            const bool is_again = last != nullptr && last->target == each.target && last->failed &&
                                  !last->is_async && each.begin_ns >= last->end_ns;
            if (!is_again) {
                joined.push_back(each);
                continue;
            }
            last->between_attempts_ns += each.begin_ns - last->end_ns;
            last->end_ns = each.end_ns;
            last->failed = each.failed;
            ++last->attempts;
        }
        calls = std::move(joined);
    }

    static std::int64_t own_time(const Execution& run) {
        const std::int64_t whole = run.duration_ns();
        std::int64_t covered = 0;
        std::int64_t until = 0;
        for (const RecordedCall& each : run.calls) {
            if (each.is_async) continue;
            const std::int64_t begin = std::clamp<std::int64_t>(each.begin_ns, until, whole);
            const std::int64_t end = std::clamp<std::int64_t>(each.end_ns, begin, whole);
            covered += end - begin;
            until = std::max(until, end);
        }
        return whole - covered;
    }

    static constexpr std::int64_t kSlack = 1000;  // exports in microseconds cut the rest off

    RecordedSpans& spans_;
    Tree tree_;
    std::set<std::string_view> outside_;
    std::map<std::tuple<std::string, std::string, bool>, std::size_t> targets_;
    Executions result_;
};

}  // namespace

Executions executions_of(RecordedSpans& spans) {
    return ExecutionReader(spans).read();
}

}  // namespace tools::imports
