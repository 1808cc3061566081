# What went wrong, and what to do about it.
error-not-found = Not found
error-not-found-detail = There is no such { $thing }, or it belongs to somebody else.
error-no-page-detail = There is no such page. Check the address, or start from the first page.
error-forbidden = Not for your role
error-forbidden-detail = This needs the role { $roles }. Sign in with an account that has it.
error-forged-form = The form was not sent
error-forged-form-detail = The form did not come from a page of this session. Load the page again and send it once more; nothing was done.
error-wrong-state = Not possible now
error-wrong-state-detail = The { $thing } is { $state }: { $limit }.
error-key-reused = Sent already
error-key-reused-detail = This form was sent before with other values, and that was done. Open the form again to send another one.
error-too-many = Too many attempts
error-too-many-detail = { $seconds_form ->
    [one] Wait one second and try again.
   *[other] Wait { $seconds } seconds and try again.
}
error-too-large = Too large
error-too-large-detail = At most { $megabytes } MiB are taken at a time. Nothing was done.
error-invalid = Not accepted
error-invalid-detail = What was sent is not accepted. Nothing was done.
error-busy = Not available now
error-busy-detail = The database or the chain cannot be used at the moment. Nothing was done; try again in a minute.
error-internal = Something went wrong here
error-internal-detail = The fault is on our side and has been logged. What was not confirmed was not done.
thing-page = page
thing-job = job
thing-language = language
