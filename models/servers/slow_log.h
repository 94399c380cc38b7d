// Requests that take too long, each with where its time went and a dump of what all threads of its
// instance were doing at the moment when it became late (what a profiler or jstack would show).
//
//     RequestProfile profile(log, endpoint);      // for as long as the request is there
//     profile.begins(RequestProfile::working);    // what it does from now on
//     profile.did(Spent::service);       // what the time since the last such call went into
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/context.h"
#include "sim/link.h"
#include "sim/timer.h"

namespace models {

class RequestProfile;

class SlowLog {
public:
    SlowLog(const Context& context, sim::Duration threshold, std::string instance)
        : context_(context), threshold_(threshold), instance_(std::move(instance)) {}

    std::uint64_t kept() const { return kept_; }

private:
    friend RequestProfile;

    // One that is less than a hundredth of a second old will do, when many are late at once.
    const std::vector<sim::SlowRequest::Doing>& dump();
    void keep(sim::SlowRequest&& request);

    Context context_;
    sim::Duration threshold_;
    std::string instance_;
    sim::List<RequestProfile> profiles_;  // of all requests there
    std::vector<sim::SlowRequest::Doing> dump_;
    sim::Time dumped_ = sim::kForever;
    std::uint64_t kept_ = 0;
};

class RequestProfile final : public sim::Link<RequestProfile>, sim::Event {
public:
    RequestProfile(SlowLog& log, std::string_view endpoint);
    RequestProfile(const RequestProfile&) = delete;
    RequestProfile& operator=(const RequestProfile&) = delete;
    ~RequestProfile();

    void begins(std::string_view what, std::string_view whom = {}) {
        what_ = what;
        whom_ = whom;
    }
    void did(Spent what) { did(what, now() - since_); }
    void did(Spent what, sim::Duration time) {
        spent_[static_cast<std::size_t>(what)] += time;
        since_ += time;
    }
    void ended(Outcome outcome) { outcome_ = outcome; }

private:
    friend SlowLog;

    sim::Time now() const { return log_.context_.now(); }
    void fire() override;

    SlowLog& log_;
    std::string_view endpoint_;
    std::string_view what_;
    std::string_view whom_;
    sim::Time arrived_;
    sim::Time since_;
    std::array<sim::Duration, sim::kSpents> spent_{};
    Outcome outcome_ = Outcome::failed;
    sim::Timer timer_;
    bool is_late_ = false;
    std::vector<sim::SlowRequest::Doing> dump_;
};

}  // namespace models
