#include "tools/ranked_play.h"

#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <set>
#include <sstream>

#include "reports/words/terminal.h"
#include "tools/job.h"
#include "tools/post.h"
#include "tools/progress.h"
#include "tools/sample_line.h"

namespace tools {

namespace {

using namespace std::chrono_literals;

// Everybody says once a second that he is there; who was not heard of for so long is gone.
constexpr auto kAlive = 1s;
constexpr auto kGone = 10s;

// The words of a message: "ready 2", "run 7 0 3", "sample 7 {...}", "alive", "refused", "begin",
// "end".
std::string first_word(const std::string& text) {
    return text.substr(0, text.find(' '));
}

std::vector<std::string> keys_of(const ExperimentAsked& asked, const Experiment& experiment) {
    std::vector<std::string> keys;
    for (std::size_t variant = 0; variant < experiment.variants.each.size(); ++variant) {
        keys.push_back(key_of(job_of(asked, experiment, variant, 0)));
    }
    return keys;
}

}  // namespace

class Lead::Led {
public:
    explicit Led(Ranks& ranks)
        : ranks_(ranks),
          others_(static_cast<std::size_t>(ranks.size())),
          post_(ranks,
                {[this](const Ranks::Message& message) { read(message); }, [this] { tick(); }}) {}

    ~Led() { tell_all("end"); }
    Led(const Led&) = delete;
    Led& operator=(const Led&) = delete;

    void begin(const ExperimentAsked& asked, const Experiment& experiment) {
        {
            const std::lock_guard lock(mutex_);
            experiment_ = &experiment;
            keys_ = keys_of(asked, experiment);
        }
        tell_all("begin");
    }

    PlayEnd play(std::span<const Run> runs, std::span<const Cell> cells, const Play& how,
                 const Finished& own, const Played& played) {
        if (runs.empty()) return PlayEnd::whole;
        const std::unique_ptr<Display> display = display_of(how, runs);
        Play here = how;
        here.display = display.get();
        here.next = [this] { return next(); };
        {
            const std::lock_guard lock(mutex_);
            cells_ = cells;
            played_ = &played;
            display_ = display.get();
            is_done_.assign(runs.size(), false);
            left_ = runs.size();
            for (std::size_t run = 0; run < runs.size(); ++run) waiting_.push_back(run);
        }
        const PlayEnd end = tools::play(runs, here, [&](std::size_t run, sim::Recording recording) {
            own(run, std::move(recording));
            const std::lock_guard lock(mutex_);
            finish(run);
        });
        const std::lock_guard lock(mutex_);
        played_ = nullptr;
        display_ = nullptr;
        waiting_.clear();
        for (Other& other : others_) other.has.clear();
        return has_failed_ ? PlayEnd::stopped : end;
    }

private:
    struct Other {
        std::size_t at_most = 0;  // runs that it has at a time; 0: it is not there yet
        std::set<std::size_t> has;
        Post::Clock::time_point heard;
        bool is_gone = false;
    };

    void tell_all(const std::string& text) {
        for (int rank = 1; rank < ranks_.size(); ++rank) post_.send(rank, text);
    }

    // For a thread that plays here.
    std::optional<std::size_t> next() {
        std::unique_lock lock(mutex_);
        more_.wait_for(lock, 100ms, [&] { return !waiting_.empty() || left_ == 0 || has_failed_; });
        if (left_ == 0 || has_failed_) return std::nullopt;
        if (waiting_.empty()) return is_done_.size();
        const std::size_t run = waiting_.front();
        waiting_.pop_front();
        return run;
    }

    // The rest is called with the lock.

    bool finish(std::size_t run) {
        if (is_done_[run]) return false;
        is_done_[run] = true;
        if (--left_ == 0) more_.notify_all();
        return true;
    }

    void read(const Ranks::Message& message) {
        const std::lock_guard lock(mutex_);
        Other& other = others_[static_cast<std::size_t>(message.from)];
        if (other.is_gone) return;
        other.heard = Post::Clock::now();
        const std::string word = first_word(message.text);
        if (word == "ready") {
            other.at_most = std::strtoul(message.text.c_str() + word.size(), nullptr, 10);
        } else if (word == "refused") {
            give_up(message.from, "cannot play this sweep");
        } else if (word == "sample" && played_ != nullptr) {
            take(message, other);
        }
        hand_out();
    }

    void take(const Ranks::Message& message, Other& other) {
        std::istringstream in(message.text);
        std::string word;
        std::string line;
        std::size_t run = 0;
        in >> word >> run;
        std::getline(in, line);
        if (!in || run >= is_done_.size()) return;
        other.has.erase(run);
        std::string problem;
        const auto read = read_sample_line(line, problem);
        const Cell& cell = cells_[run];
        auto sample = read ? sample_of(*read, experiment_->figures, problem) : std::nullopt;
        if (sample && read->job != id_of(keys_[cell.variant], cell.replication)) {
            problem = "its scenario is another";
        }
        if (!problem.empty()) {
            has_failed_ = true;
            more_.notify_all();
            complain(fmt::format("rank {}: {}", message.from, reports::printable(problem)));
        } else if (finish(run)) {
            (*played_)(run, std::move(*sample));
            display_->at(run, 1, 0);
        }
    }

    void hand_out() {
        for (std::size_t rank = 1; rank < others_.size(); ++rank) {
            Other& other = others_[rank];
            while (!other.is_gone && other.has.size() < other.at_most && !waiting_.empty()) {
                const std::size_t run = waiting_.front();
                waiting_.pop_front();
                other.has.insert(run);
                post_.send(
                    static_cast<int>(rank),
                    fmt::format("run {} {} {}", run, cells_[run].variant, cells_[run].replication));
            }
        }
    }

    void tick() {
        const std::lock_guard lock(mutex_);
        const Post::Clock::time_point now = Post::Clock::now();
        for (std::size_t rank = 1; rank < others_.size(); ++rank) {
            const Other& other = others_[rank];
            if (other.at_most > 0 && !other.is_gone && now - other.heard > kGone) {
                give_up(static_cast<int>(rank), "is lost");
                ranks_.ends_without_some();
            }
        }
        if (now - told_ < kAlive) return;
        told_ = now;
        tell_all("alive");
        hand_out();
    }

    // What it had is played by the others.
    void give_up(int rank, const std::string& why) {
        Other& other = others_[static_cast<std::size_t>(rank)];
        other.is_gone = true;
        complain(fmt::format(
            "rank {} {}{}", rank, why,
            other.has.empty()
                ? std::string()
                : fmt::format("; {} of its runs are played by others", other.has.size())));
        waiting_.insert(waiting_.begin(), other.has.begin(), other.has.end());
        other.has.clear();
        more_.notify_all();
    }

    Ranks& ranks_;
    std::mutex mutex_;
    std::condition_variable more_;
    const Experiment* experiment_ = nullptr;
    std::vector<std::string> keys_;
    std::span<const Cell> cells_;
    const Played* played_ = nullptr;
    Display* display_ = nullptr;
    std::vector<bool> is_done_;
    std::size_t left_ = 0;
    std::deque<std::size_t> waiting_;
    std::vector<Other> others_;
    Post::Clock::time_point told_{};
    bool has_failed_ = false;
    Post post_;  // the last: its thread ends before what it uses
};

Lead::Lead(Ranks& ranks) : led_(std::make_unique<Led>(ranks)) {}
Lead::~Lead() = default;

void Lead::begin(const ExperimentAsked& asked, const Experiment& experiment) {
    led_->begin(asked, experiment);
}

PlayEnd Lead::play(std::span<const Run> runs, std::span<const Cell> cells, const Play& how,
                   const Finished& own, const Played& others) {
    return led_->play(runs, cells, how, own, others);
}

bool is_begun(Ranks& ranks) {
    for (;;) {
        const auto message = ranks.receive();
        if (!message) {
            std::this_thread::sleep_for(2ms);
        } else if (message->text == "begin" || message->text == "end") {
            return message->text == "begin";
        }
    }
}

void refuse(Ranks& ranks) {
    ranks.send(0, "refused");
}

namespace {

class Follower {
public:
    Follower(Ranks& ranks, const ExperimentAsked& asked, const Experiment& experiment)
        : experiment_(experiment),
          keys_(keys_of(asked, experiment)),
          seed_(asked.replicas.seed),
          how_(asked.replicas.play),
          post_(ranks,
                {[this](const Ranks::Message& message) { read(message); }, [this] { tick(); }}) {
        how_.show_progress = false;
        // One that waits for each that plays.
        post_.send(0, fmt::format("ready {}", 2 * how_.jobs));
    }

    int follow() {
        for (std::vector<Order> orders = next(); !orders.empty(); orders = next()) {
            const PlayEnd end = play(orders);
            if (end == PlayEnd::whole) continue;
            post_.send(0, "refused");
            return complain_of(end);
        }
        return is_over_ ? kOk : kFailed;
    }

private:
    struct Order {
        std::size_t run = 0;
        Helpers::Cell cell;
    };

    void read(const Ranks::Message& message) {
        const std::lock_guard lock(mutex_);
        heard_ = Post::Clock::now();
        std::istringstream in(message.text);
        std::string word;
        Order order;
        in >> word;
        if (word == "end") is_over_ = true;
        if (word == "run" && in >> order.run >> order.cell.variant >> order.cell.replication) {
            orders_.push_back(order);
        }
        more_.notify_all();
    }

    void tick() {
        const Post::Clock::time_point now = Post::Clock::now();
        if (now - told_ < kAlive) return;
        told_ = now;
        post_.send(0, "alive");
    }

    // None when there are no more, or nobody who has some.
    std::vector<Order> next() {
        std::unique_lock lock(mutex_);
        while (orders_.empty() && !is_over_ && Post::Clock::now() - heard_ < 3 * kGone) {
            more_.wait_for(lock, 100ms);
        }
        std::vector<Order> some;
        while (!is_over_ && !orders_.empty() && some.size() < how_.jobs) {
            some.push_back(orders_.front());
            orders_.pop_front();
        }
        return some;
    }

    PlayEnd play(const std::vector<Order>& orders) {
        std::vector<Run> runs;
        for (const Order& each : orders) {
            runs.push_back({&*experiment_.variants.each[each.cell.variant].loaded.scenario,
                            {seed_, each.cell.replication}});
        }
        return tools::play(runs, how_, [&](std::size_t run, const sim::Recording& recording) {
            const Helpers::Cell& cell = orders[run].cell;
            const reports::Sample sample = reports::sample_of(
                recording, {experiment_.figures, experiment_.expected[cell.variant], ""});
            post_.send(0, fmt::format("sample {} {}", orders[run].run,
                                      line_of(sample, experiment_.figures,
                                              id_of(keys_[cell.variant], cell.replication))));
        });
    }

    const Experiment& experiment_;
    std::vector<std::string> keys_;
    std::uint64_t seed_;
    Play how_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<Order> orders_;
    bool is_over_ = false;
    Post::Clock::time_point heard_ = Post::Clock::now();
    Post::Clock::time_point told_{};
    Post post_;  // the last: its thread ends before what it uses
};

}  // namespace

int follow(Ranks& ranks, const ExperimentAsked& asked, const Experiment& experiment) {
    return Follower(ranks, asked, experiment).follow();
}

}  // namespace tools
