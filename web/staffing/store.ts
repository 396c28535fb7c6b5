import { create } from 'zustand'
import type { Post, Staffing, StaffingGaps, StaffingScheme } from '../../api/contract/staffing.ts'
import { getJson, postJson, putJson, remove } from '../client.ts'

export interface Assignment {
  gridId: number
  role: string
  officerId: number
  from?: string
  to?: string
}

interface StaffingState {
  staffing: Staffing | null
  posts: readonly Post[]
  gaps: StaffingGaps | null
  /** The instant that is looked at; null is now. */
  at: string | null
  load: (at?: string | null) => Promise<void>
  assign: (assignment: Assignment) => Promise<Post>
  end: (postId: number, at?: string) => Promise<void>
  setLevel: (level: number, scheme: string | null) => Promise<void>
  saveScheme: (scheme: StaffingScheme) => Promise<void>
}

/** Only the last question counts: a slow answer of an earlier day must not be shown under a later one. */
let asked = 0

export const useStaffing = create<StaffingState>((set, get) => ({
  staffing: null,
  posts: [],
  gaps: null,
  at: null,
  load: async (at = get().at) => {
    asked += 1
    const mine = asked
    const query = { at: at ?? undefined }
    const [staffing, { posts }, gaps] = await Promise.all([
      getJson<Staffing>('/api/staffing'),
      getJson<{ posts: Post[] }>('/api/staffing/posts', query),
      getJson<StaffingGaps>('/api/staffing/gaps', query),
    ])
    if (mine === asked) set({ staffing, posts, gaps, at })
  },
  assign: async (assignment) => {
    const post = await postJson<Post>('/api/staffing/posts', assignment)
    await get().load()
    return post
  },
  end: async (postId, at) => {
    await postJson<Post>(`/api/staffing/posts/${postId}/end`, at ? { at } : {})
    await get().load()
  },
  setLevel: async (level, scheme) => {
    const path = `/api/staffing/levels/${level}`
    await (scheme === null ? remove(path) : putJson(path, { scheme }))
    await get().load()
  },
  saveScheme: async (scheme) => {
    await putJson('/api/staffing/schemes', scheme)
    await get().load()
  },
}))
