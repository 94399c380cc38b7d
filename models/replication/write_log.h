// The log of a replicated database (a binlog, a WAL): every commit of the primary, in order.
//
// Records are counted from 0; "at position n" means that the records before n are there. What every
// replica has is cut off at the front; what a new primary never got is cut off at the end.
#pragma once

#include <cstdint>
#include <deque>

#include "models/data/ledger.h"
#include "models/databases/transactional.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace models {

struct LogRecord {
    Ledger::Key key = 0;
    std::uint64_t version = 0;
    sim::Time at{};  // of the commit
    std::uint32_t bytes = 0;
    FencingToken token = 0;      // of the lease it was written under
    bool acknowledged = false;   // its writer was told so
    std::uint64_t checksum = 0;  // of the log up to and with it
};

class WriteLog {
public:
    std::uint64_t first() const { return first_; }
    std::uint64_t end() const { return first_ + records_.size(); }
    bool has(std::uint64_t position) const { return position >= first_ && position < end(); }
    LogRecord& operator[](std::uint64_t position) { return records_[position - first_]; }
    const LogRecord& operator[](std::uint64_t position) const {
        return records_[position - first_];
    }

    // The same for the same records in any order.
    static std::uint64_t checksum_of(const LogRecord& record) {
        return sim::mix(record.key ^ sim::mix(record.version));
    }
    // Of what a replica at that position has.
    std::uint64_t checksum(std::uint64_t position) const {
        return position == first_ ? before_ : (*this)[position - 1].checksum;
    }

    void append(LogRecord record) {
        record.checksum = checksum(end()) + checksum_of(record);
        records_.push_back(record);
    }

    // Forgets what is before the position.
    void trim(std::uint64_t position) {
        while (first_ < position && !records_.empty()) {
            before_ = records_.front().checksum;
            records_.pop_front();
            ++first_;
        }
    }

    // Takes the last record away.
    LogRecord take_last() {
        const LogRecord last = records_.back();
        records_.pop_back();
        return last;
    }

private:
    std::deque<LogRecord> records_;
    std::uint64_t first_ = 0;
    std::uint64_t before_ = 0;  // checksum of all that was trimmed
};

}  // namespace models
