// What stands above the locations: which of them users are led to, and the log of purges.
//
// It stands where the first location does, and speaks to all of them in messages: heartbeats come
// in, purges go out. So whoever is cut off is taken out, and goes on serving what was purged to
// those who still reach it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "models/cdn/cdn_location.h"
#include "models/network/channel.h"
#include "sim/task_group.h"

namespace models {

class CdnControl;

struct CdnPurge {
    std::uint64_t item = 0;
    bool is_of_all = false;
    sim::Time began{};                // when it came to the CDN, a shield's time included
    std::uint32_t missing = 0;        // locations that have not applied it
    std::vector<CdnControl*> then{};  // of those in front of this CDN: whose turn is next, last
};

class CdnControl {
public:
    explicit CdnControl(Cdn& cdn);

    // This one stands in front of that: purges are made there first.
    void stand_before(CdnControl& shield);

    // Its tasks end with the group.
    void start(sim::TaskGroup& group);
    PlaceId place() const { return place_; }

    // --- where users are led to ---

    // The nearest of those that are in: by mean latency there and back, when nothing is wrong with
    // the links (as a latency-based DNS policy). When none is in, of all.
    CdnLocation& nearest_to(const Request& request);

    // --- purges ---

    // At the shield first, if there is one, so that nobody fetches the old one from there again.
    void accept(CdnPurge purge);
    // Since the start.
    std::uint64_t purges() const { return forgotten_ + log_.size(); }
    const CdnPurge& purge(std::uint64_t number) const { return log_[number - forgotten_]; }
    void applied(std::uint64_t number);
    void forget_applied();

private:
    struct Heartbeat {
        std::uint32_t location;
    };
    // A location asks for what is behind this.
    struct PurgeQuestion {
        std::uint32_t location;
    };

    void spread(CdnPurge purge);
    std::uint32_t find_nearest(PlaceId from) const;
    void beat_came(std::uint32_t location);
    void check_beats();
    sim::Task<void> send_beats(std::uint32_t location);
    sim::Task<void> watch();
    sim::Task<void> ask_for_purges(std::uint32_t location);

    Cdn& cdn_;
    PlaceId place_;
    std::vector<bool> is_in_;
    std::vector<sim::Time> last_beat_;
    std::map<PlaceId, std::uint32_t> nearest_;  // as it is now
    std::deque<CdnPurge> log_;
    std::uint64_t forgotten_ = 0;  // from the front of the log
    Mailbox<Heartbeat> heartbeats_;
    Mailbox<PurgeQuestion> questions_;
    std::deque<Sender> beat_senders_;
    std::deque<Sender> question_senders_;
    Sender answers_;
    std::vector<std::unique_ptr<Channel<PurgesUpTo>>> channels_;
    Mailbox<CdnPurge> accepted_;  // of those in front
    Mailbox<CdnPurge> to_spread_;
    std::unique_ptr<Channel<CdnPurge>> to_shield_;
    std::unique_ptr<Channel<CdnPurge>> from_shield_;
};

}  // namespace models
