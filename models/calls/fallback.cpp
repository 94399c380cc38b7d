#include "models/calls/fallback.h"

#include <fmt/format.h>

#include "models/calls/edge.h"

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

Fallback::Fallback(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
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
                context, Edge::Plan{call->to, call->latency.build(), call->policies}, this);
        }
        if (const auto* cached = each.as<CachedLevel>()) {
            level.memory = std::make_unique<Memory>(*cached);
            level.age.emplace(context, "fallback_" + label + "_age", "s");
        }
    }
}

Fallback::~Fallback() = default;

Go Fallback::enter(Call& call) {
    begin(call, call.request.identity, call.request.endpoint, kFirst);
    return on();
}

Go Fallback::answered(Call& call) {
    const std::uint32_t level = mine(call).level;
    if (level == kFirst) {
        if (call.ok()) keep(call);
        if (call.ok() || !is_meant(call.response)) return leave(call);
        count();
        return try_from(call, 0);
    }
    restore(call);
    if (levels_[level].spec->as<CallLevel>()->degraded) call.response.degraded = true;
    if (!call.ok()) return try_from(call, level + 1);
    levels_[level].given.add();
    return leave(call);
}

void Fallback::keep(const Call& call) {
    primary_.add();
    for (Level& level : levels_) {
        if (level.memory) level.memory->keep(call.request, call.response, context_.now());
    }
}

bool Fallback::is_meant(const Response& response) const {
    return spec_.on.empty() || contains(spec_.on, response.cause);
}

Go Fallback::try_from(Call& call, std::uint32_t level) {
    for (; level < levels_.size(); ++level) {
        Level& one = levels_[level];
        if (one.edge) return ask(call, level);
        const bool is_error = one.spec->as<ErrorLevel>() != nullptr;
        if (!is_error && !make_up(call, one)) continue;
        one.given.add();
        return leave(call);
    }
    failed_.add();
    return leave(call);
}

Go Fallback::ask(Call& call, std::uint32_t level) {
    Edge& edge = *levels_[level].edge;
    mine(call).level = level;
    call.request = call.request.onward(~std::uint32_t{0}, edge.endpoint());
    return edge.enter(call);
}

// False when nothing is remembered that could be the answer.
bool Fallback::make_up(Call& call, Level& level) {
    Response response;
    if (level.memory) {
        const Memory::Kept* const kept = level.memory->find(call.request, context_.now());
        if (kept == nullptr) return false;
        response = kept->response;
        response.stale = true;
        level.age->add(sim::seconds(context_.now() - kept->at));
    }
    response.degraded = true;
    call.response = response;
    return true;
}

void Fallback::abandoned(Call& call) {
    restore(call);
    end(call);
}

void Fallback::restore(Call& call) {
    call.request.identity = mine(call).identity;
    call.request.endpoint = mine(call).endpoint;
}

Go Fallback::leave(Call& call) {
    restore(call);
    end(call);
    return back();
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
