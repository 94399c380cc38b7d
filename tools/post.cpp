#include "tools/post.h"

namespace tools {

Post::~Post() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    thread_.join();
}

void Post::send(int to, std::string text) {
    const std::lock_guard lock(mutex_);
    outgoing_.push_back({to, std::move(text)});
}

void Post::work() {
    using namespace std::chrono_literals;
    Clock::time_point next_tick = Clock::now();
    while (!has_sent_all()) {
        bool is_idle = true;
        while (const auto message = ranks_.receive()) {
            reader_.read(*message);
            is_idle = false;
        }
        if (Clock::now() >= next_tick) {
            next_tick = Clock::now() + 100ms;
            reader_.tick();
        }
        if (is_idle) std::this_thread::sleep_for(500us);
    }
}

// True when it is over.
bool Post::has_sent_all() {
    std::vector<Ranks::Message> now;
    bool is_over = false;
    {
        const std::lock_guard lock(mutex_);
        now.swap(outgoing_);
        is_over = is_over_;
    }
    for (const Ranks::Message& each : now) ranks_.send(each.from, each.text);
    return is_over;
}

}  // namespace tools
