#include "reports/expression_scanner.h"

namespace reports {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word_byte(char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

void Scanner::skip() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
}

bool Scanner::take(std::string_view token) {
    skip();
    if (!rest().starts_with(token)) return false;
    at_ += token.size();
    return true;
}

bool Scanner::take_word(std::string_view word) {
    skip();
    if (!rest().starts_with(word)) return false;
    const std::size_t end = at_ + word.size();
    if (end < text_.size() && is_word_byte(text_[end])) return false;
    at_ = end;
    return true;
}

std::string_view Scanner::word() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && is_word_byte(text_[end])) ++end;
    const std::string_view found = text_.substr(at_, end - at_);
    at_ = end;
    return found;
}

std::nullptr_t Scanner::fail(std::size_t offset, std::string message, std::string hint) {
    if (error_.message.empty()) {
        error_.offset = offset;
        error_.message = std::move(message);
        error_.hint = std::move(hint);
    }
    return nullptr;
}

std::nullptr_t Scanner::fail_unknown(std::size_t offset, std::string_view word, std::string message,
                                     std::vector<std::string> known) {
    if (!error_.message.empty()) return nullptr;
    fail(offset, std::move(message));
    error_.unknown = word;
    error_.known = std::move(known);
    return nullptr;
}

}  // namespace reports
