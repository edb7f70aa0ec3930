// What `at` says, and what stands in a reservation about its jobs: whatever it is, numbers come out of it, and a word
// of a shell stays one word.
#include "engine/service/at_jobs.h"

#include <cstdint>
#include <cstdlib>

using namespace rollover;

namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto number = service::at_job_number(text);
    if (number && !is_number(*number)) {
        std::abort();
    }
    for (const auto& job : service::at_jobs_of("at " + text)) {
        if (!is_number(job)) {
            std::abort();
        }
    }
    // Outside quotes there is nothing but '\''.
    const auto word = service::shell_word(text);
    bool quoted = false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\'') {
            quoted = !quoted;
        } else if (!quoted && !(word[i] == '\\' && i + 1 < word.size() && word[++i] == '\'')) {
            std::abort();
        }
    }
    return quoted ? (std::abort(), 1) : 0;
}
