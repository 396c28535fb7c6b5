// What is kept in memory is of one account: another that signs in in the same tab is shown nothing of it.

const forgetting = new Set<() => void>()
/** How somebody forgets what the account before was shown. */
export const onOtherAccount = (forget: () => void): void => void forgetting.add(forget)
export const forgetAccount = (): void => forgetting.forEach((forget) => forget())
