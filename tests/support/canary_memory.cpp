// Reads past the end of an array on the heap, then overflows an integer: tools/test runs this and
// each sanitizer must stop it. A build without sanitizers would read on in peace.
#include <cstdlib>
#include <limits>
#include <vector>

int main(int count, char** arguments) {
    if (count > 1) return std::numeric_limits<int>::max() + std::atoi(arguments[1]);
    const std::vector<int> numbers(4);
    const int* const first = numbers.data();
    return *(first + 3 + count);
}
