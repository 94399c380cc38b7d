// When TCP sends again what nobody has acknowledged: RFC 6298, with the bounds of Linux.
//
//     RTO = SRTT + max(200 ms, 4 * RTTVAR)       (tcp_set_rto; TCP_RTO_MIN), at most 120 s
//     RTO = 1 s                                  of a SYN, before any round trip was measured
//
// It doubles with each retransmission, up to 120 s (TCP_RTO_MAX). After tcp_retries2 = 15 of them
// (a SYN: tcp_syn_retries = 6) and one more wait the connection is given up: 924.6 s where the RTO
// is 200 ms, 127 s for a SYN.
//
// SRTT and RTTVAR are those of the links there and back when nothing is wrong with them: its mean,
// and its standard deviation, which the mean deviation that TCP keeps does not exceed. They do not
// follow what a failure or a queue adds. A body is lost and sent again as one: no congestion
// window, no fast retransmission, no tail loss probe.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "sim/time.h"

namespace models {

class Retransmission {
public:
    static Retransmission of_data(sim::Duration round_trip, sim::Duration deviation) {
        const sim::Duration most_of_it = std::min(deviation, sim::Duration(kMostWait) / 4);
        const sim::Duration margin = std::max<sim::Duration>(kLeastMargin, 4 * most_of_it);
        return {std::min<sim::Duration>(round_trip, kMostWait) + margin, 15};
    }
    static Retransmission of_syn() { return {std::chrono::seconds(1), 6}; }

    // How long it waits for an acknowledgement after it has sent so many times, the first included.
    sim::Duration wait_after(std::uint32_t sent) const {
        sim::Duration wait = timeout_;
        for (std::uint32_t i = 1; i < sent && wait < kMostWait; ++i) wait *= 2;
        return std::min<sim::Duration>(wait, kMostWait);
    }
    // That was in vain: the connection is given up.
    bool gives_up_after(std::uint32_t sent) const { return sent > retries_; }

private:
    static constexpr std::chrono::milliseconds kLeastMargin{200};
    static constexpr std::chrono::seconds kMostWait{120};

    Retransmission(sim::Duration timeout, std::uint32_t retries)
        : timeout_(timeout), retries_(retries) {}

    sim::Duration timeout_;
    std::uint32_t retries_;
};

}  // namespace models
