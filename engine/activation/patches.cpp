#include "engine/activation/patches.h"

#include "engine/base/text.h"

namespace rollover::activation {

task<result<void>> begin_patches(environment& env, const model::lab& lab, const plan::plan& plan, std::string id) {
    if (env.patches == nullptr) {
        co_return failure(errc::unsupported, "this program carries no serial links, and the topology has some");
    }
    std::vector<std::string> links;
    for (const auto& one : plan.patches) {
        links.push_back(one.link);
    }
    record intent{record_kind::patching, id, "", join(links, "\n"), {}};
    const auto written = co_await env.journal.append(std::move(intent));
    if (!written) {
        co_return written;
    }
    co_return co_await env.patches->begin(lab, plan, id, env.rt.now() + env.limits.patches);
}

task<result<void>> end_patches(environment& env, std::string id) {
    if (env.patches == nullptr) {
        co_return failure(errc::unsupported, "this program carries no serial links, and the activation has some");
    }
    auto ended = co_await env.patches->end(id, env.rt.now() + env.limits.patches);
    if (!ended) {
        co_return std::move(ended).error().advise("mend it, then run: rollover deactivate " + id);
    }
    record done{record_kind::unpatched, id, "", "", {}};
    co_return co_await env.journal.append(std::move(done));
}

patches_keeper::patches_keeper(environment& env, const model::lab& lab, plan::plan plan, std::string id,
                               duration between)
    : env_(env), lab_(lab), plan_(std::move(plan)), id_(std::move(id)), between_(between), ended_(env.rt) {}

task<result<void>> patches_keeper::run() {
    wake why = wake::timed_out;
    while (why == wake::timed_out && !has_ended_ && env_.patches != nullptr && !plan_.patches.empty()) {
        co_await look();
        why = co_await ended_.wait(env_.rt.now() + between_);
    }
    co_return result<void>();
}

void patches_keeper::end() {
    has_ended_ = true;
    ended_.notify();
}

task<void> patches_keeper::look() {
    if (env_.patches->carries(id_)) {
        co_return;
    }
    const auto begun = co_await begin_patches(env_, lab_, plan_, id_);
    if (env_.log) {
        env_.log({severity::warning, id_, "",
                  begun ? "its serial links are carried again"
                        : "its serial links are not carried: " + describe(begun.error())});
    }
}

}  // namespace rollover::activation
