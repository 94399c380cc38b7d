// Messages between ranks, by a thread of its own: while this process plays, it hears and answers.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "tools/ranks.h"

namespace tools {

class Post {
public:
    using Clock = std::chrono::steady_clock;

    struct Reader {
        std::function<void(const Ranks::Message&)> read;
        std::function<void()> tick;  // ten times a second
    };

    // The reader is called by that thread alone.
    Post(Ranks& ranks, Reader reader)
        : ranks_(ranks), reader_(std::move(reader)), thread_([this] { work(); }) {}
    // Sends what is to be sent.
    ~Post();
    Post(const Post&) = delete;
    Post& operator=(const Post&) = delete;

    // From any thread.
    void send(int to, std::string text);

private:
    void work();
    bool has_sent_all();

    Ranks& ranks_;
    Reader reader_;
    std::mutex mutex_;
    std::vector<Ranks::Message> outgoing_;  // `from` is to whom
    bool is_over_ = false;
    std::thread thread_;
};

}  // namespace tools
