#include "models/shards/shard_rows.h"

#include <algorithm>

namespace models {

std::vector<ShardRows::Row> ShardRows::rows() const {
    std::vector<Row> rows;
    for (const auto& shard : known_) {
        for (const auto& [row, held] : shard) rows.push_back(row);
    }
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

}  // namespace models
