// How many connections a node allows at a time: one more is refused, whoever asks (MySQL's
// max_connections, PostgreSQL's "sorry, too many clients already").
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "models/causes.h"
#include "sim/recorder.h"

namespace models {

// Its row, of a kind whose parameter says how many.
consteval sim::Resource client_connections(std::string_view parameter) {
    return sim::resource("client connections", sim::ResourceKind::stock, sim::Unit::count,
                         "Open connections of those who call, in use or not.",
                         "The caller closes the connection.",
                         {.parameter = parameter, .refusal = cause::no_connection});
}

class ConnectionLimit {
public:
    explicit ConnectionLimit(std::optional<std::uint32_t> most) : most_(most) {}

    // Each of them has one of that node's behind it; none is none.
    void lead_to(ConnectionLimit* behind) { behind_ = behind; }

    // False when it is refused.
    bool open() { return open_up_to(1) == 1; }

    // How many of so many are not refused.
    std::uint64_t open_up_to(std::uint64_t count) {
        const std::uint64_t room = most_ ? *most_ - std::min<std::uint64_t>(open_, *most_) : count;
        std::uint64_t opened = std::min(count, room);
        if (behind_ != nullptr) opened = behind_->open_up_to(opened);
        open_ += opened;
        refused_ += count - opened;
        peak_ = std::max(peak_, open_);
        return opened;
    }
    void close(std::uint64_t count) {
        open_ -= count;
        if (behind_ != nullptr) behind_->close(count);
    }

    // Where they are limited; connections are a stock here: open, whether or not anybody uses them.
    void add_resource(sim::Meter& meter) const {
        if (most_) meter.only_resource("client connections", *this);
    }
    sim::Use use() const {
        return {static_cast<double>(most_.value_or(0)), open_, 0, 0, peak_, refused_};
    }

    std::uint64_t open_now() const { return open_; }
    std::uint64_t peak() const { return peak_; }
    std::uint64_t refused() const { return refused_; }

private:
    std::optional<std::uint32_t> most_;
    ConnectionLimit* behind_ = nullptr;
    std::uint64_t open_ = 0;
    std::uint64_t peak_ = 0;
    std::uint64_t refused_ = 0;
};

}  // namespace models
