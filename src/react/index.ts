export { SessionDialog, type SessionDialogProps } from './dialog.js';
export { SessionProvider, type SessionProviderProps, type SessionState, useSession } from './session.js';
