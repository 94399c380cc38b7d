// The text of a query, word by word, with the first thing that is wrong with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/observers/promql.h"

namespace models::promql {

bool is_word_byte(char c);

class Scanner {
public:
    Scanner(std::string_view text, QueryError& error) : text_(text), error_(error) {}

protected:
    // Only the first problem counts.
    std::nullptr_t fail(std::string message, std::string hint = {});

    void skip();
    char peek();
    bool take(std::string_view token);
    std::string_view next_word();
    bool take_word(std::string_view word);
    bool expect(std::string_view token);

    // These have failed when there is none.
    std::optional<double> number();
    std::optional<std::int64_t> duration();  // "5m", "1h30m"; milliseconds
    bool quoted(std::string& out);
    bool label_list(std::vector<std::string>& labels);

    std::string_view text_;
    QueryError& error_;
    std::size_t at_ = 0;
};

}  // namespace models::promql
