#include "sim/kept_traces.h"

#include <algorithm>
#include <cassert>

namespace sim {

namespace {

using Ended = KeptTraces::Ended;

// So many at most, and fewer rather than that one had no room for twenty.
constexpr std::uint32_t kMostWindows = 50;
constexpr std::uint32_t kInAWindow = 20;

// Whether the second goes first; the later one of two that are alike.
bool by_luck(const Ended& a, const Ended& b) {
    return std::pair(a.luck, b.trace) > std::pair(b.luck, a.trace);
}
bool by_time(const Ended& a, const Ended& b) {
    return a.took != b.took ? a.took > b.took : by_luck(a, b);
}

template <class Order>
void push(std::vector<Ended>& heap, const Ended& ended, Order order) {
    heap.push_back(ended);
    std::push_heap(heap.begin(), heap.end(), order);
}

template <class Order>
Ended pop(std::vector<Ended>& heap, Order order) {
    std::pop_heap(heap.begin(), heap.end(), order);
    const Ended ended = heap.back();
    heap.pop_back();
    return ended;
}

}  // namespace

KeptTraces::KeptTraces(const Plan& plan) : most_(plan.most), from_(plan.from) {
    const std::uint32_t windows = std::clamp(plan.most / kInAWindow, 1U, kMostWindows);
    reserved_ = std::max(1U, plan.most / windows / 4);
    length_ = std::max(Duration(1), (plan.length + Duration(windows - 1)) / windows);
    windows_.resize(windows);
}

KeptTraces::Window& KeptTraces::window_of(Time began) {
    const std::int64_t number = (began - from_) / length_;
    const auto last = static_cast<std::int64_t>(windows_.size() - 1);
    return windows_[static_cast<std::size_t>(std::clamp<std::int64_t>(number, 0, last))];
}

std::optional<std::uint32_t> KeptTraces::take(const Ended& ended) {
    Window& window = window_of(ended.began);
    ++window.traces;
    add(window, ended);
    if (++kept_ <= most_) return std::nullopt;
    --kept_;
    Window& fullest = *std::ranges::max_element(windows_, {}, &Window::kept);
    return remove_one(fullest).trace;
}

void KeptTraces::add(Window& window, Ended ended) {
    push(window.slowest, ended, by_time);
    if (window.slowest.size() <= reserved_) return;
    ended = pop(window.slowest, by_time);
    if (ended.failed) {
        push(window.failed, ended, by_luck);
        if (window.failed.size() <= reserved_) return;
        ended = pop(window.failed, by_luck);
    }
    push(window.others, ended, by_luck);
}

Ended KeptTraces::remove_one(Window& window) {
    assert(window.kept() > 0);
    if (window.others.empty()) {
        const Ended gone =
            window.failed.empty() ? pop(window.slowest, by_time) : pop(window.failed, by_luck);
        window.lost_luck = std::max(window.lost_luck, gone.luck);
        return gone;
    }
    const Ended gone = pop(window.others, by_luck);
    window.lost_luck = std::max(window.lost_luck, gone.luck);
    return gone;
}

// Whoever has more luck than all that went would be there, whatever became of it.
std::vector<std::pair<std::uint32_t, KeptFor>> KeptTraces::kept() const {
    std::vector<std::pair<std::uint32_t, KeptFor>> all;
    for (const Window& window : windows_) {
        const bool is_whole = window.kept() == window.traces;
        const auto add_all = [&](const std::vector<Ended>& list, KeptFor otherwise) {
            for (const Ended& each : list) {
                const bool is_sample = is_whole || each.luck > window.lost_luck;
                all.emplace_back(each.trace, is_sample ? KeptFor::sample : otherwise);
            }
        };
        add_all(window.slowest, KeptFor::slowest);
        add_all(window.failed, KeptFor::failure);
        add_all(window.others, KeptFor::sample);
    }
    return all;
}

std::vector<TraceWindow> KeptTraces::windows() const {
    std::vector<TraceWindow> all;
    for (const Window& each : windows_) all.push_back({each.traces, each.kept()});
    return all;
}

}  // namespace sim
