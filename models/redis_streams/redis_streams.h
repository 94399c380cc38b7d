// The node `redis_streams`: a Redis server that keeps entries of streams (server.h), and its
// figures.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/node.h"
#include "models/redis_streams/publisher.h"
#include "models/redis_streams/server.h"
#include "models/redis_streams/streams_spec.h"
#include "models/topics.h"

namespace models::redis_streams {

// Whoever keeps an account of entries of its own.
class StreamReader {
public:
    // Trimmed, or lost with a crash.
    virtual void gone(const Entry& entry, bool is_lost) = 0;

protected:
    ~StreamReader() = default;
};

class RedisStreams final : public Node, public Topics {
public:
    using Spec = RedisStreamsSpec;

    RedisStreams(const Spec& spec, const Context& context);
    ~RedisStreams() override;

    void begin_measuring() override;
    void finish() override;
    void dismiss() override { server_->dismiss(); }
    Service* service() override { return &*server_; }
    Topics* topics() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Service& producer(std::string_view stream, const ProducerSpec& spec,
                      const Context& caller) override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    StreamServer& server() { return *server_; }
    std::uint32_t number_a_client() { return ++clients_; }
    void tell_of_removal(StreamNumber stream, StreamReader& reader) {
        readers_.emplace_back(stream, &reader);
    }
    // In the measured time.
    bool counts(const Entry& entry) const;

    // What the server tells.
    void added(const Entry& entry);
    void refused() {
        ++refusals_;
        refused_.add();
    }
    void trimmed(StreamNumber stream, const Entries& entries);
    void lost(StreamNumber stream, const std::deque<Entry>& entries);
    void uses(std::uint64_t bytes) { memory_peak_.at_least(static_cast<double>(bytes)); }
    Spread& publish_time() { return publish_time_; }

private:
    Spec spec_;
    Context context_;
    std::uint32_t clients_ = 0;
    std::unique_ptr<StreamServer> server_;
    std::vector<Instance*> instances_;
    std::vector<std::unique_ptr<Publisher>> publishers_;
    std::vector<std::pair<StreamNumber, StreamReader*>> readers_;
    sim::Duration busy_before_{};
    std::uint64_t refusals_ = 0;  // since the start
    Tally published_, refused_, trimmed_, lost_, memory_peak_;
    Spread publish_time_;
};

}  // namespace models::redis_streams
