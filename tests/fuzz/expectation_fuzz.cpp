// Any bytes as what must hold at the end of a run: either it says what is wrong and where, or it is
// asked of a run, in which some requests failed and one node had none.
#include <chrono>

#include "reports/expression.h"
#include "reports/summary.h"
#include "tests/fuzz/claim.h"

namespace {

sim::NodeRecord node(std::string name, std::string kind) {
    sim::NodeRecord record;
    record.name = std::move(name);
    record.kind = std::move(kind);
    return record;
}

sim::Recording recording() {
    sim::Recording made;
    made.simulated = sim::Duration(std::chrono::seconds(10));
    sim::NodeRecord users = node("users", "open_loop");
    users.is_client = true;
    users.totals.offered = 100;
    users.totals.ended = {90, 10, 0, 0};
    for (int k = 1; k <= 100; ++k) {
        (k <= 90 ? users.latency.succeeded : users.latency.failed)
            .record(std::chrono::milliseconds(k));
    }
    sim::NodeRecord db = node("db", "database");
    db.totals = users.totals;
    db.latency = users.latency;
    db.utilisation = 0.8;
    db.cost_usd = 2;
    db.measures = {{"memory_peak", "1", 0.25}, {"cache_size", "bytes", 2048}, {"lag", "s", 0.5}};
    made.nodes = {users, db, node("web-1", "server")};
    return made;
}

struct Words {
    sim::Recording run = recording();
    reports::Vocabulary alone = reports::vocabulary_of(run);
    reports::Vocabulary varied = alone;
    Words() { varied.variants = {"20", "320"}; }
};

using Parse = std::optional<reports::Expression> (*)(std::string_view, const reports::Vocabulary&,
                                                     reports::ExpressionError&);

void read(Parse parse, bool is_statement, const reports::Vocabulary& words, const Words& all,
          std::string_view input) {
    reports::ExpressionError error;
    const auto expression = parse(input, words, error);
    if (!expression) {
        fuzz::claim(!error.message.empty(), "who refuses an expectation says why", input);
        fuzz::claim(error.offset <= input.size(), "a mistake is within the text", input);
        return;
    }
    fuzz::claim(expression->text() == input, "an expectation keeps its text", input);
    const reports::Summary summary = [&] {
        reports::Summing sum(1, expression->windows());
        sum.add(all.run);
        return sum.finish();
    }();
    const auto results = [&](const std::string&) -> const reports::Summary& { return summary; };
    static_cast<void>(text_of(expression->value(results)));
    if (!is_statement) return;
    static_cast<void>(expression->ask(results));
    static_cast<void>(expression->sides(results));
    for (const reports::Expression::Room& each : expression->rooms()) {
        static_cast<void>(prose_of(each.to_spare.value(results)));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Words words;
    const std::string_view input = fuzz::text_of(data, size);
    read(&reports::Expression::parse, true, words.alone, words, input);
    read(&reports::Expression::parse, true, words.varied, words, input);
    read(&reports::Expression::parse_quantity, false, words.alone, words, input);
    return 0;
}
