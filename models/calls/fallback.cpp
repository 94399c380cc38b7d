#include "models/calls/fallback.h"

#include <fmt/format.h>

#include "models/calls/edge.h"
#include "models/calls/outbound.h"

namespace models {

namespace {

std::string_view label_of(const FallbackLevel& level) {
    return std::visit([](const auto& kind) -> std::string_view { return kind.label; }, level.is);
}

}  // namespace

void Fallback::Spec::check(spec::Check& check) const {
    for (const FallbackLevel& level : levels) {
        check.that(is_word(label_of(level)), "levels",
                   fmt::format("\"{}\" is no label: letters, digits and _", label_of(level)));
    }
}

bool Fallback::Spec::makes_up_answers() const {
    for (const FallbackLevel& level : levels) {
        if (level.as<ValueLevel>() != nullptr || level.as<CachedLevel>() != nullptr) return true;
        const auto* call = level.as<CallLevel>();
        if (call != nullptr && models::makes_up_answers(call->policies)) return true;
    }
    return false;
}

// The last good answer about each item.
class Fallback::Memory {
public:
    explicit Memory(const CachedLevel& level) : level_(level) {}

    struct Kept {
        sim::Time at{};
        Response response;
        std::uint64_t number = 0;  // of the answer, so that an older one in line is passed over
    };

    void keep(const Request& request, const Response& response, sim::Time now) {
        const Item item{request.endpoint, request.key};
        items_[item] = {now, response, ++number_};
        order_.push_back({item, number_});
        while (items_.size() > level_.max_items || order_.size() > 2 * items_.size() + 16) {
            const auto [oldest, number] = order_.front();
            const auto found = items_.find(oldest);
            if (found != items_.end() && found->second.number == number) {
                if (items_.size() <= level_.max_items) break;
                items_.erase(found);
            }
            order_.pop_front();
        }
    }
    const Kept* find(const Request& request, sim::Time now) const {
        const auto found = items_.find({request.endpoint, request.key});
        const bool is_good = found != items_.end() && now - found->second.at <= level_.max_age;
        return is_good ? &found->second : nullptr;
    }

private:
    using Item = std::pair<EndpointId, std::uint64_t>;
    CachedLevel level_;
    std::map<Item, Kept> items_;
    std::deque<std::pair<Item, std::uint64_t>> order_;
    std::uint64_t number_ = 0;
};

struct Fallback::Level {
    const FallbackLevel* spec;
    std::string label;
    Tally given;
    std::unique_ptr<Edge> edge;
    std::unique_ptr<Memory> memory;
    std::optional<Tally> age;  // summed over the answers given
};

Fallback::Fallback(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      context_(context),
      inner_(inner),
      primary_(context, "fallback_not_needed"),
      fallbacks_(context, "fallbacks"),
      logged_(context, "fallbacks_logged"),
      failed_(context, "fallbacks_failed"),
      alarms_(context, "fallback_alarms") {
    for (const FallbackLevel& each : spec_.levels) {
        std::string label(label_of(each));
        Level& level = levels_.emplace_back(
            Level{&each, label, Tally(context, "fallback_" + label), {}, {}, {}});
        if (const auto* call = each.as<CallLevel>()) {
            level.edge = std::make_unique<Edge>(
                context, Edge::Plan{call->to, call->latency.build(), call->policies});
        }
        if (const auto* cached = each.as<CachedLevel>()) {
            level.memory = std::make_unique<Memory>(*cached);
            level.age.emplace(context, "fallback_" + label + "_age", "s");
        }
    }
}

Fallback::~Fallback() = default;

Reply Fallback::call(Request request) {
    const Response first = co_await inner_.call(request);
    if (first.ok()) {
        primary_.add();
        for (Level& level : levels_) {
            if (level.memory) level.memory->keep(request, first, context_.now());
        }
        co_return first;
    }
    if (!spec_.on.empty() && !contains(spec_.on, first.cause)) co_return first;
    count();
    Response response = first;
    for (Level& level : levels_) {
        if (level.spec->as<ErrorLevel>() != nullptr) {
            level.given.add();
            co_return response;
        }
        if (level.edge) {
            Request next = request.onward(~std::uint32_t{0}, level.edge->endpoint());
            response = co_await Outbound(context_.world, level.edge->call(next));
            const auto& call = *level.spec->as<CallLevel>();
            response.degraded = response.degraded || call.degraded;
        } else if (level.memory) {
            const Memory::Kept* kept = level.memory->find(request, context_.now());
            if (kept == nullptr) continue;
            response = kept->response;
            response.degraded = response.stale = true;
            level.age->add(sim::seconds(context_.now() - kept->at));
        } else {
            response = {};
            response.degraded = true;
        }
        if (!response.ok()) continue;
        level.given.add();
        co_return response;
    }
    failed_.add();
    co_return response;
}

// Every fallback is counted and told, and too many of them raise an alarm.
void Fallback::count() {
    fallbacks_.add();
    sim::Recorder& recorder = context_.world.recorder;
    if (lines_left_ > 0) {
        --lines_left_;
        logged_.add();
        recorder.incident(context_.name, "fallback");
    }
    if (spec_.alarm_threshold == 0) return;
    const std::int64_t window = context_.now().time_since_epoch() / spec_.alarm_window;
    if (window != window_) in_window_ = 0;
    window_ = window;
    if (in_window_++ != spec_.alarm_threshold) return;
    alarms_.add();
    recorder.incident(context_.name, "fallback alarm",
                      fmt::format("more than {} in a window", spec_.alarm_threshold));
}

}  // namespace models
