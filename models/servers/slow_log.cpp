#include "models/servers/slow_log.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

namespace models {

namespace {

constexpr sim::Duration kFresh = std::chrono::milliseconds(10);
constexpr std::size_t kMostKept = 10000;  // of a node; the others are counted only

}  // namespace

const std::vector<sim::SlowRequest::Doing>& SlowLog::dump() {
    const sim::Time now = context_.now();
    if (dumped_ <= now && now - dumped_ < kFresh) return dump_;
    dumped_ = now;
    std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> threads;
    profiles_.for_each([&](const RequestProfile& profile) {
        ++threads[{profile.what_, profile.whom_}];
    });
    dump_.clear();
    for (const auto& [doing, count] : threads) {
        const auto& [what, whom] = doing;
        dump_.push_back(
            {whom.empty() ? std::string(what) : fmt::format("{} {}", what, whom), count});
    }
    return dump_;
}

void SlowLog::keep(sim::SlowRequest&& request) {
    if (request.arrived < context_.world.recorder.measured_from()) return;
    ++kept_;
    std::vector<sim::SlowRequest>& all = context_.meter.record().slow;
    request.instance = instance_;
    if (all.size() < kMostKept) all.push_back(std::move(request));
}

// Just after the threshold, as who takes exactly that long is not late.
RequestProfile::RequestProfile(SlowLog& log, std::string_view endpoint)
    : log_(log),
      endpoint_(endpoint),
      arrived_(now()),
      since_(arrived_),
      timer_(log.context_.scheduler()) {
    log.profiles_.add_last(*this);
    timer_.start(log.threshold_ + sim::Duration(1), static_cast<sim::Event&>(*this));
}

RequestProfile::~RequestProfile() {
    if (!is_late_) return;
    sim::SlowRequest slow;
    slow.arrived = arrived_;
    slow.latency = now() - arrived_;
    slow.endpoint = endpoint_;
    slow.outcome = outcome_;
    did(Spent::service);  // what nobody has said
    slow.spent = spent_;
    slow.dump = std::move(dump_);
    log_.keep(std::move(slow));
}

void RequestProfile::fire() {
    timer_.fired();
    is_late_ = true;
    dump_ = log_.dump();
}

}  // namespace models
