// The text of an expression, how far it was read, and what is wrong with it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/expression.h"

namespace reports {

class Scanner {
public:
    Scanner(std::string_view text, ExpressionError& error) : text_(text), error_(error) {}

    std::string_view text() const { return text_; }
    std::string_view rest() const { return text_.substr(at_); }
    std::size_t at() const { return at_; }
    bool at_end() const { return at_ >= text_.size(); }
    void go_to(std::size_t offset) { at_ = offset; }

    void skip();  // blanks
    bool take(std::string_view token);
    bool take_word(std::string_view word);
    std::string_view word();  // the letters, digits and _ that follow; may be empty

    // The first error is kept. All return null, so that a reader can return them.
    std::nullptr_t fail(std::size_t offset, std::string message, std::string hint = {});
    std::nullptr_t fail_unknown(std::size_t offset, std::string_view word, std::string message,
                                std::vector<std::string> known);

private:
    std::string_view text_;
    ExpressionError& error_;
    std::size_t at_ = 0;
};

bool is_digit(char c);
bool is_word_byte(char c);

}  // namespace reports
