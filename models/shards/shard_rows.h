// Which rows each shard has, and as of which write: what a resharding can lose, double or leave
// old.
//
// A row of the first so many is at its first shard, as of no write, until something is known of it
// that differs. Writes are told apart by the ledger's versions (data/ledger.h): as the value that a
// real row would have, they go where the row goes. A shard's own order of writes is that of its
// database (Response::version).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace models {

class ShardRows {
public:
    using Row = std::uint64_t;
    using Shard = std::uint32_t;

    explicit ShardRows(std::size_t shards) : known_(shards) {}

    // What a shard has of a row: that it has it, and its last write there.
    struct Held {
        bool is_held = false;
        std::uint64_t value = 0;     // which write it is as of; 0: as it was first
        std::uint64_t position = 0;  // of that write in the shard's own order
    };

    // `is_first`: nothing has moved it yet, and it was there from the start.
    Held at(Shard shard, Row row, bool is_first) const {
        const auto found = known_[shard].find(row);
        return found == known_[shard].end() ? Held{is_first, 0, 0} : found->second;
    }

    // Writes that overtake each other on the way back are in the order the shard had them.
    void write(Shard shard, Row row, Held written) {
        Held& mine = known_[shard][row];
        if (mine.is_held && mine.position > written.position) return;
        mine = written;
    }
    void put(Shard shard, Row row, std::uint64_t value) { known_[shard][row] = {true, value, 0}; }
    void erase(Shard shard, Row row) { known_[shard][row] = {}; }

    // Rows that any shard knows more of, in their order.
    std::vector<Row> rows() const;

private:
    std::vector<std::unordered_map<Row, Held>> known_;  // asked by row; gone through in order only
};

}  // namespace models
