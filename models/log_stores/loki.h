// A store of logs that indexes labels only: Grafana Loki, as one process on each of its machines.
//
// A stream is what has one value of every label. A push carries lines of one stream to as many
// ingesters as replication_factor says; each appends them to the stream's chunk in its memory and
// compresses it, which needs core time for a line, but no index of its words. A chunk is written to
// the object store when it has chunk_target_size, when it is older than max_chunk_age, or when
// nothing came for chunk_idle_period. So many labels that streams are more than max_streams are
// refused (429), and the more streams, the smaller the chunks.
//
// A query names some labels and a text. The labels say which streams it is about; all their chunks
// of the last query_range are fetched, decompressed and looked through. It is divided into as many
// parts as query_parallelism says, which are spread over the machines: what it costs grows with
// what is stored.
//
// Any machine distributes a push or divides a query. A push is answered when all of its ingesters
// that are up have it, and fails unless most of all of them do. What a query asks a machine that
// dies, it asks the next one again. Chunks in the memory of an ingester that dies come back with it
// (its write-ahead log).
//
// Left out: the index of labels itself (small), structured metadata, bloom filters, and that a push
// goes on as soon as most of its ingesters have it.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/calls/tally.h"
#include "models/log_stores/log_machine.h"
#include "models/node.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Loki final : public Node, public Service {
public:
    struct Spec {
        static constexpr std::string_view kind = "loki";
        static constexpr std::string_view doc =
            "A store of logs that indexes labels and not words (Grafana Loki): streams, chunks, "
            "and queries that look through them.";
        std::uint32_t machines = 3;
        std::uint32_t cores = 4;
        std::uint32_t replication_factor = 3;
        spec::Named<std::uint32_t> labels;
        std::vector<std::string> query_labels;
        std::uint64_t max_streams = 5000;
        std::uint32_t push_lines = 500;
        sim::Bytes line_size{500};
        sim::Duration line_time = std::chrono::microseconds(2);
        double compression = 5;
        sim::Bytes chunk_target_size{1572864};
        sim::Duration max_chunk_age = std::chrono::hours(2);
        sim::Duration chunk_idle_period = std::chrono::minutes(30);
        sim::Duration query_range = std::chrono::hours(1);
        sim::Bytes preload{};
        std::uint32_t query_parallelism = 32;
        sim::Duration fetch_time = std::chrono::milliseconds(20);
        sim::Duration mebibyte_time = std::chrono::milliseconds(5);
        InstancePrice price{};
        static constexpr auto params() {
            using namespace spec;
            constexpr auto none = at_least(sim::Duration::zero());
            constexpr sim::Bytes kMost{std::uint64_t{1} << 50U};
            return std::tuple{
                param("machines", &Spec::machines, between(1u, 1000u),
                      "Machines, each of which ingests and queries."),
                param("cores", &Spec::cores, between(1u, 1024u), "Cores of each machine."),
                param("replication_factor", &Spec::replication_factor, between(1u, 100u),
                      "Ingesters that get each line."),
                param("labels", &Spec::labels,
                      "Labels, and how many values each has; a stream is one value of each."),
                param("query_labels", &Spec::query_labels,
                      "Labels that a query gives a value of. Without any, it is about all "
                      "streams."),
                param("max_streams", &Spec::max_streams, at_least(std::uint64_t{1}),
                      "Most streams (max_global_streams_per_user); a push to a further one is "
                      "answered 429."),
                param("push_lines", &Spec::push_lines, between(1u, 1000000u),
                      "Lines in a push, which are of one stream."),
                param("line_size", &Spec::line_size, above(sim::Bytes{0}),
                      at_most(sim::Bytes{std::uint64_t{1} << 30U}), "Bytes of a line."),
                param("line_time", &Spec::line_time, none,
                      "Core time of an ingester for a line. The default is an assumption, not a "
                      "measurement."),
                param("compression", &Spec::compression, at_least(1.0), at_most(1000.0),
                      "Bytes of lines for a byte of a chunk. The default is an assumption."),
                param("chunk_target_size", &Spec::chunk_target_size, above(sim::Bytes{0}),
                      at_most(kMost), "Compressed size at which a chunk is written."),
                param("max_chunk_age", &Spec::max_chunk_age, above(sim::Duration::zero()),
                      "Age at which a chunk is written, full or not."),
                param("chunk_idle_period", &Spec::chunk_idle_period, above(sim::Duration::zero()),
                      "Time without a line after which a chunk is written."),
                param("query_range", &Spec::query_range, above(sim::Duration::zero()),
                      "How far back queries look."),
                param("preload", &Spec::preload, at_most(kMost),
                      "Bytes of lines stored when the run begins, evenly over the streams and the "
                      "query range before."),
                param("query_parallelism", &Spec::query_parallelism, between(1u, 10000u),
                      "Parts of a query that are worked on at a time (max_query_parallelism)."),
                param("fetch_time", &Spec::fetch_time, none,
                      "Time to fetch a chunk from the object store; a part of a query fetches its "
                      "chunks together. The default is an assumption."),
                param("mebibyte_time", &Spec::mebibyte_time, none,
                      "Core time to decompress and look through a MiB of lines. The default is an "
                      "assumption."),
                param("price", &Spec::price,
                      "Price of each machine by time, or its size in `prices.sizes`. Without it, "
                      "that of `instance_hours`.")};
        }
        static std::vector<std::string> endpoint_names() { return {"push", "query"}; }
        // Of every label, or of those that a query names.
        std::uint64_t streams() const;
        std::uint64_t query_values() const;
        Abilities suffers() const;
        void check(spec::Check& check) const;
    };

    Loki(const Spec& spec, const Context& context);

    void start() override;
    void begin_measuring() override;
    void finish() override;
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }
    Reply call(Request request) override;

private:
    using Took = LogMachine::Took;

    struct Chunk {
        sim::Time closed{};
        std::uint64_t bytes = 0;  // of lines
    };
    struct Stream {
        std::vector<Chunk> chunks = {};  // written, the oldest first
        std::uint64_t open_bytes = 0;    // of lines, in ingesters' memory
        sim::Time opened{};
        sim::Time last{};
        bool is_known = false;
    };
    struct Found {
        std::uint64_t bytes = 0;
        std::uint64_t chunks = 0;
    };

    // A request, at the machine that distributes or divides it.
    struct Asked {
        Request request;
        LogMachine& frontend;
    };

    LogMachine* frontend();
    sim::Task<Took> push(Asked asked);
    sim::Task<Took> query(Asked asked);
    sim::Task<Took> part(Asked asked, std::uint64_t first, sim::Duration fetch,
                         sim::Duration demand);
    sim::Task<Took> visit(Asked asked, LogMachine& machine, std::uint64_t bytes,
                          sim::Task<Took> work);
    sim::Task<Took> work(LogMachine& machine, sim::Duration fetch, sim::Duration demand);
    void append(Stream& stream, std::uint64_t bytes);
    void write(Stream& stream);
    void write_if_old(Stream& stream);
    Found found_in(Stream& stream);
    Took longest(sim::Time began, const std::vector<Took>& parts) const;

    Spec spec_;
    Context context_;
    MemberPlaces places_;
    std::deque<LogMachine> machines_;
    std::vector<Instance*> instances_;
    std::vector<Stream> streams_;  // those of one value of the queried labels beside each other
    std::uint64_t pushes_;         // streams of chance
    std::uint64_t queries_;
    std::uint64_t way_draws_;
    Tally lines_, refused_, chunks_, chunk_bytes_, scanned_, answered_;
    std::uint64_t known_ = 0;
    std::uint64_t refusals_ = 0;
    std::size_t turn_ = 0;
    std::uint64_t parts_ = 0;  // sent so far
    sim::Duration busy_before_{};
};

}  // namespace models
